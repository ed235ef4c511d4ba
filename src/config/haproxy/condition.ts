import type { Active } from './document.js'
import { compareReleases, type HaproxyRelease } from './release.js'
import type { Environment } from './variables.js'

export interface Decided {
  readonly value: Active
  /** What HAProxy cannot take in the expression. */
  readonly problem?: string
}

interface Context {
  readonly release: HaproxyRelease | undefined
  readonly env: Environment
}

type Predicate = (args: readonly string[], context: Context) => Active

/** Predicates with the number of arguments and the release that knows them first (configuration.txt 2.4). */
const predicates: Readonly<
  Record<string, { readonly args: number; readonly since?: string; readonly decide: Predicate }>
> = {
  defined: { args: 1, decide: ([name = ''], { env }) => truth(env(name) !== undefined) },
  feature: { args: 1, decide: ([name = ''], { release }) => has(release, name) },
  streq: { args: 2, decide: ([a, b]) => truth(a === b) },
  strneq: { args: 2, decide: ([a, b]) => truth(a !== b) },
  strstr: { args: 2, since: '2.8', decide: ([a = '', b = '']) => truth(a.includes(b)) },
  version_atleast: { args: 1, decide: ([wanted = ''], { release }) => version(release?.version, wanted, true) },
  version_before: { args: 1, decide: ([wanted = ''], { release }) => version(release?.version, wanted, false) },
  openssl_version_atleast: {
    args: 1,
    decide: ([wanted = ''], { release }) => version(release?.opensslVersion, wanted, true),
  },
  openssl_version_before: {
    args: 1,
    decide: ([wanted = ''], { release }) => version(release?.opensslVersion, wanted, false),
  },
  enabled: { args: 1, since: '2.8', decide: () => 'maybe' },
  awslc_api_atleast: { args: 1, since: '3.3', decide: () => 'maybe' },
  awslc_api_before: { args: 1, since: '3.3', decide: () => 'maybe' },
}

/**
 * Decides the expression behind `.if` and `.elif`; `maybe` where it depends on what is not known of the HAProxy.
 * `&&` binds tighter than `||`; an empty expression is false (measured on 2.6 to 3.4).
 */
export function decide(text: string, context: Context): Decided {
  if (text.trim() === '') return { value: 'no' }
  const reader = new ExpressionReader(text, context)
  try {
    return { value: reader.whole() }
  } catch (error) {
    if (!(error instanceof Unparsable)) throw error
    return { value: 'maybe', problem: error.message }
  }
}

class Unparsable extends Error {}

class ExpressionReader {
  readonly #text: string
  readonly #context: Context
  #at = 0
  #depth = 0

  constructor(text: string, context: Context) {
    this.#text = text
    this.#context = context
  }

  whole(): Active {
    const value = this.#either()
    this.#blanks()
    if (this.#at < this.#text.length) throw new Unparsable(`"${this.#text.slice(this.#at)}" is left over at the end`)
    return value
  }

  #either(): Active {
    let value = this.#both()
    while (this.#takes('||')) value = or(value, this.#both())
    return value
  }

  #both(): Active {
    let value = this.#term()
    while (this.#takes('&&')) value = and(value, this.#term())
    return value
  }

  #term(): Active {
    let negated = false
    while (this.#takes('!')) negated = !negated
    const value = this.#takes('(') ? this.#group() : this.#single()
    return negated ? not(value) : value
  }

  #group(): Active {
    if (++this.#depth > 100) throw new Unparsable('too many parentheses')
    const value = this.#either()
    if (!this.#takes(')')) throw new Unparsable('")" is missing')
    this.#depth--
    return value
  }

  #single(): Active {
    this.#blanks()
    const rest = this.#text.slice(this.#at)
    const number = /^[-+]?(?:0x[0-9a-f]+|\d+)/i.exec(rest)?.[0]
    if (number !== undefined) {
      this.#at += number.length
      return truth(Number(number.replace(/^[-+]/, '')) !== 0)
    }
    const call = /^([a-z_][a-z0-9_]*)\(([^()]*)\)/.exec(rest)
    const [whole = '', name = '', args = ''] = call ?? []
    const known = Object.hasOwn(predicates, name) ? predicates[name] : undefined
    const { release } = this.#context
    const tooNew = known?.since !== undefined && release !== undefined && isOlder(release.version, known.since)
    if (known === undefined || tooNew)
      throw new Unparsable(`"${/^\S*/.exec(rest)?.[0] ?? ''}" is not a valid condition`)
    const given = args.split(',')
    if (given.length !== known.args) throw new Unparsable(`${name}() takes ${known.args} and not ${given.length}`)
    this.#at += whole.length
    return known.decide(given, this.#context)
  }

  #takes(sign: string): boolean {
    this.#blanks()
    if (!this.#text.startsWith(sign, this.#at)) return false
    this.#at += sign.length
    return true
  }

  #blanks(): void {
    while (this.#text[this.#at] === ' ' || this.#text[this.#at] === '\t') this.#at++
  }
}

function isOlder(version: string, than: string): boolean {
  return compareReleases(version, than) < 0
}

function version(own: string | undefined, wanted: string, atLeast: boolean): Active {
  if (own === undefined) return 'maybe'
  return truth(compareReleases(own, wanted) >= 0 === atLeast)
}

/** What every package of HAProxy is built with is not asked; the rest is known only from the program. */
function has(release: HaproxyRelease | undefined, name: string): Active {
  return release?.features === undefined ? 'maybe' : truth(release.features.includes(name))
}

function truth(value: boolean): Active {
  return value ? 'yes' : 'no'
}

function not(value: Active): Active {
  return value === 'maybe' ? 'maybe' : truth(value === 'no')
}

function and(a: Active, b: Active): Active {
  if (a === 'no' || b === 'no') return 'no'
  return a === 'yes' && b === 'yes' ? 'yes' : 'maybe'
}

function or(a: Active, b: Active): Active {
  return not(and(not(a), not(b)))
}
