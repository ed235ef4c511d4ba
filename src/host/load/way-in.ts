import type { DialOptions } from '../types.js'

/** How the n-th client of a load comes in: a header may claim a source of its own for each. */
export type WayIn = (n: number) => Omit<DialOptions, 'first'>
