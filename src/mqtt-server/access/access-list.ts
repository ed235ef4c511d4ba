import { filterMatches, isTopicFilter } from '../topics/filters.js'
import type { Deed, Identity } from './deed.js'

interface Entry {
  readonly filter: string
  readonly read: boolean
  readonly write: boolean
}

/** A line of an access list that says nothing we understand. */
export class AccessListError extends Error {
  constructor(
    message: string,
    readonly line: number,
  ) {
    super(message)
  }
}

/** An `acl_file`: `user NAME`, `topic [read|write|readwrite|deny] FILTER`, `pattern ...` with `%u` and `%c`. */
export class AccessList {
  readonly #anonymous: Entry[] = []
  readonly #users = new Map<string, Entry[]>()
  readonly #patterns: Entry[] = []

  constructor(text: string) {
    let entries = this.#anonymous
    for (const [index, raw] of text.split('\n').entries()) {
      const line = raw.trimEnd()
      if (line === '' || line.startsWith('#')) continue
      const [word = '', ...rest] = line.trimStart().split(/ +/)
      const value = rest.join(' ').trim()
      if (word === 'user') {
        if (value === '') throw new AccessListError('a user without a name', index + 1)
        entries = this.#users.get(value) ?? []
        this.#users.set(value, entries)
      } else if (word === 'topic' || word === 'pattern') {
        add(word === 'topic' ? entries : this.#patterns, parseEntry(value, index + 1))
      } else {
        throw new AccessListError(`"${word}" is none of user, topic, pattern`, index + 1)
      }
    }
  }

  allows(who: Identity, topic: string, deed: Deed): boolean {
    if (deed === 'subscribe' || deed === 'unsubscribe') return true
    const own = who.username === undefined ? this.#anonymous : this.#users.get(who.username)
    for (const entry of own ?? []) {
      if (!filterMatches(entry.filter, topic)) continue
      if (!entry.read && !entry.write) return false
      if (entry[deed]) return true
    }
    return this.#patternsAllow(who, topic, deed)
  }

  #patternsAllow(who: Identity, topic: string, deed: 'read' | 'write'): boolean {
    if (this.#patterns.length === 0) return false
    // A name with a wildcard would open other people's topics.
    if (/[+#]/.test(who.id) || (who.username !== undefined && /[+#]/.test(who.username))) return false
    for (const entry of this.#patterns) {
      const filter = filled(entry.filter, who)
      if (filter === undefined || !filterMatches(filter, topic)) continue
      if (!entry.read && !entry.write) return false
      if (entry[deed]) return true
    }
    return false
  }
}

/** Denials are looked at first. */
function add(entries: Entry[], entry: Entry): void {
  if (entry.read || entry.write) entries.push(entry)
  else entries.unshift(entry)
}

function parseEntry(value: string, line: number): Entry {
  const match = /^(?:(\S+) +)?(\S.*)$/.exec(value)
  const [, access, filter] = match ?? []
  if (filter === undefined) throw new AccessListError('an empty topic', line)
  if (access !== undefined && !['read', 'write', 'readwrite', 'deny'].includes(access)) {
    throw new AccessListError(`"${access}" is none of read, write, readwrite, deny`, line)
  }
  if (!isTopicFilter(filter)) throw new AccessListError(`"${filter}" is not a topic filter`, line)
  const both = access === undefined || access === 'readwrite'
  return { filter, read: both || access === 'read', write: both || access === 'write' }
}

/** `%u` and `%c` as whole levels replaced; `undefined` where the client has no name to fill in. */
function filled(filter: string, who: Identity): string | undefined {
  const levels: string[] = []
  for (const level of filter.split('/')) {
    if (level !== '%u' && level !== '%c') {
      levels.push(level)
      continue
    }
    const name = level === '%c' ? who.id : who.username
    if (!name) return undefined
    levels.push(name)
  }
  return levels.join('/')
}
