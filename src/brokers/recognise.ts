import { type ReadableKind, readableKinds, readerOf } from './index.js'

/** Whose configuration a file is: that of HAProxy, or of a broker whose files are read. */
export type ConfigDialect = 'haproxy' | ReadableKind

const haproxyHeader =
  /^[ \t]*(?:global|defaults|peers|resolvers|userlist|(?:frontend|backend|listen|defaults)[ \t]+[^\s={]+(?:[ \t]+from[ \t]+\S+)?)[ \t]*(?:#.*)?$/
const haproxyKeyword = /^[ \t]+(?:bind|server|mode|timeout|default_backend|option|balance)[ \t]+[^\s=]/

/**
 * Whether a dialect is only a guess: the name does not say it, and most settings are words that it does not know.
 */
export function isGuessed(text: string, file: string, dialect: ConfigDialect): boolean {
  if (dialect === 'haproxy' || byName(file) === dialect) return false
  const { knows } = readerOf(dialect)
  if (knows === undefined) return false
  const words = text.split('\n', 2000).flatMap((line) => /^ *([A-Za-z0-9_.]+)(?=[ {=]|\r?$)/.exec(line)?.[1] ?? [])
  const known = words.filter(knows)
  return known.length * 5 < words.length * 4
}

/**
 * Which dialect a file is written in, by what stands in it (most telling lines win), then by its name.
 * `undefined`: none of them, and it should be said.
 */
export function recognise(text: string, file: string): ConfigDialect | undefined {
  const scores = new Map<ConfigDialect, number>([['haproxy', 0], ...readableKinds.map((kind) => [kind, 0] as const)])
  const add = (dialect: ConfigDialect, points: number) => scores.set(dialect, (scores.get(dialect) ?? 0) + points)
  for (const raw of text.split('\n', 2000)) {
    const line = raw.trimEnd()
    if (line === '' || /^[ \t]*[#%]/.test(line)) continue
    if (haproxyHeader.test(line)) add('haproxy', 3)
    else if (haproxyKeyword.test(line)) add('haproxy', 1)
    for (const kind of readableKinds) add(kind, readerOf(kind).score(line))
  }
  const [best] = [...scores].sort(([, a], [, b]) => b - a)
  return best !== undefined && best[1] > 0 ? best[0] : byName(file)
}

function byName(file: string): ConfigDialect | undefined {
  const name = file.split('/').at(-1)?.toLowerCase() ?? ''
  const exact = readableKinds.find((kind) => readerOf(kind).fileNames.includes(name))
  if (exact !== undefined) return exact
  if (name.endsWith('.cfg') || name.includes('haproxy')) return 'haproxy'
  return readableKinds.find((kind) => name.includes(kind))
}
