import type { HaproxyWord } from './document.js'

/** Looks up an environment variable; `undefined` when it is not set. */
export type Environment = (name: string) => string | undefined

export interface Variable {
  readonly name: string
  readonly fallback: string | undefined
  /** `${LIST[*]}`: each part becomes a word of its own. */
  readonly list: boolean
  /** Characters from the `$` on. */
  readonly length: number
}

const braced = /\$\{(\.?[A-Za-z_][A-Za-z0-9_]*)(\[\*\])?(?:-([^}]*))?\}/y
const bare = /\$([A-Za-z_][A-Za-z0-9_]*)/y

/** The variable that begins at `at`, inside double quotes; `undefined` where HAProxy finds no name. */
export function readVariable(text: string, at: number): Variable | undefined {
  braced.lastIndex = at
  bare.lastIndex = at
  const full = braced.exec(text)
  const match = full ?? bare.exec(text)
  const name = match?.[1]
  if (match === null || name === undefined) return undefined
  return { name, fallback: full?.[3], list: full?.[2] !== undefined, length: match[0].length }
}

/**
 * Addresses are expanded a second time, whatever the quotes (`127.0.0.1:${PORT}`, `$HOST:1883`); here there is no
 * fallback: HAProxy 2.6 to 3.4 take `${PORT-1883}` for a port that ends in `-1883}`.
 */
function expandAddress(word: HaproxyWord, env: Environment): HaproxyWord {
  if (!word.text.includes('$')) return word
  const unresolved = new Set<string>()
  const text = word.text.replace(/\$\{([A-Za-z0-9_]+)\}|\$([A-Za-z0-9_]+)/g, (written, inBraces, plain) => {
    const name: string = inBraces ?? plain
    const value = env(name)
    if (value === undefined) unresolved.add(name)
    return value ?? written
  })
  const { unresolved: _, ...rest } = word
  return { ...rest, text, ...(unresolved.size > 0 && { unresolved: [...unresolved] }) }
}

/** Where addresses are, by the first words of a line: positions of words, and keywords before an address. */
const places: Readonly<Record<string, { readonly at: readonly number[]; readonly after?: readonly string[] }>> = {
  bind: { at: [1] },
  dispatch: { at: [1] },
  log: { at: [1] },
  mailer: { at: [2] },
  nameserver: { at: [2] },
  peer: { at: [2] },
  server: { at: [2], after: ['addr', 'socks4', 'source', 'usesrc'] },
  'server-template': { at: [3], after: ['addr', 'socks4', 'source', 'usesrc'] },
  'default-server': { at: [], after: ['addr', 'socks4', 'source', 'usesrc'] },
  source: { at: [1, 3] },
  stats: { at: [2] },
}

/** The words of a line with its addresses expanded. */
export function expandAddresses(words: readonly HaproxyWord[], env: Environment): readonly HaproxyWord[] {
  const place = places[words[0]?.text ?? '']
  if (place === undefined || !words.some((word) => word.text.includes('$'))) return words
  return words.map((word, index) => {
    const before = words[index - 1]?.text ?? ''
    const isAddress = place.at.includes(index) || (index > 1 && (place.after?.includes(before) ?? false))
    return isAddress ? expandAddress(word, env) : word
  })
}
