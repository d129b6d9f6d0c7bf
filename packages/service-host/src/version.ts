/** The version of this build, of the platform as of each service. */
export const version = '0.1.0'
