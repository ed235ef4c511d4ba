import type { DialOptions } from '../types.js'

/** How the n-th client of a load connects: a header may claim a separate source for each. */
export type WayIn = (n: number) => Omit<DialOptions, 'first'>
