export async function playStory(): Promise<0> { return 0 }
