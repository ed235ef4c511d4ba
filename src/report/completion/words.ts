/** What can be completed, of one command. */
export interface CompletedCommand {
  /** `gen haproxy`. */
  readonly name: string
  readonly summary: string
  readonly flags: readonly CompletedFlag[]
  /** Words its arguments may be; empty: files. */
  readonly words: readonly string[]
}

export interface CompletedFlag {
  /** `--haproxy`, `-p`. */
  readonly names: readonly string[]
  readonly summary: string
  /** `undefined`: takes no value. Empty: any value, files are offered. */
  readonly values: readonly string[] | undefined
}

/** Every path of words that may stand before a further word (`''`, `gen`), with what may follow it. */
export function nextWords(commands: readonly CompletedCommand[]): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const next = new Map<string, Map<string, string>>()
  for (const { name, summary } of commands) {
    const words = name.split(' ')
    for (const [depth, word] of words.entries()) {
      const path = words.slice(0, depth).join(' ')
      const here = next.get(path) ?? new Map<string, string>()
      if (!here.has(word) || depth === words.length - 1)
        here.set(word, depth === words.length - 1 ? summary : `${word} ...`)
      next.set(path, here)
    }
  }
  return next
}
