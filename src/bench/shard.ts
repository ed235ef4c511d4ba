/** Which part of a load this is: 1 to `count`. One of one is all of it. */
export interface LoadShard {
  readonly index: number
  readonly count: number
}

export const wholeLoad: LoadShard = { index: 1, count: 1 }
