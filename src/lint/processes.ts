import type { HaproxyDocument } from '../config/haproxy/document.js'
import type { HaproxyParsed } from '../config/haproxy/parse.js'
import type { Environment } from '../config/haproxy/variables.js'
import type { Unread } from '../config/unread.js'

const unknown: Environment = () => undefined

/**
 * Which files one HAProxy process reads: a file with a `global` section of its own begins another process, files without
 * one belong to it. The environment that a file leaves is the one of the next file of its process.
 */
export class Processes {
  readonly documents: HaproxyDocument[][] = []
  readonly #around: Environment
  readonly #one: boolean
  #hasGlobal = false
  #env: Environment
  #named = new Set<string>()

  constructor({ env = unknown, oneHaproxy = false }: { readonly env?: Environment; readonly oneHaproxy?: boolean }) {
    this.#around = env
    this.#one = oneHaproxy
    this.#env = env
  }

  /** The environment for a file, which is the next one. */
  envFor(text: string): Environment {
    const begins = /^[ \t]*global\b/m.test(text)
    if (this.documents.length === 0 || (!this.#one && begins && this.#hasGlobal)) {
      this.documents.push([])
      this.#env = this.#around
      this.#named = new Set()
      this.#hasGlobal = false
    }
    this.#hasGlobal ||= begins
    return this.#env
  }

  add({ document, env }: Pick<HaproxyParsed, 'document' | 'env'>): void {
    this.documents.at(-1)?.push(document)
    this.#env = env
  }

  /** A variable that is not set is named once a process. */
  isNew({ what, name }: Unread): boolean {
    return what !== 'variable' || (!this.#named.has(name) && this.#named.add(name).size > 0)
  }
}
