/** Numbers from 0 (included) to 1 (excluded); the same seed gives the same ones. Mulberry32: small, and even enough. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let one = state
    one = Math.imul(one ^ (one >>> 15), one | 1)
    one ^= one + Math.imul(one ^ (one >>> 7), one | 61)
    return ((one ^ (one >>> 14)) >>> 0) / 2 ** 32
  }
}
