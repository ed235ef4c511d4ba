/** The time, given from outside so that tests decide it. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
}

/** Whole seconds, in which MQTT counts expiry. */
export function secondsOf(clock: Clock): number {
  return Math.floor(clock.now() / 1000)
}
