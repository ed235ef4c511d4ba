const factors: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Milliseconds of a HAProxy time (configuration.txt 2.5): a number is milliseconds unless a unit follows. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d+)(us|ms|s|m|h|d)?$/.exec(text)
  if (match === null) return undefined
  return Number(match[1]) * (factors[match[2] ?? 'ms'] ?? 1)
}
