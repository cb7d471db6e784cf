/** A volume cannot be set up; the message is what the FailedMount event says after the volume's name. */
export class VolumeError extends Error {}
