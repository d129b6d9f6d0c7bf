/** The first of four ports on loopback that Kafka and the registry of a bench take. */
export const benchPorts = 21_210
