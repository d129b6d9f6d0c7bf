/** The group that shares out the deliveries among the replicas of the notifier, and the topic that it follows. */
export const deliveryGroup = { group: 'watchword.delivery', topic: 'watchword.notification.v1' } as const
