import type { HaproxyLine } from './document.js'
import type { Environment } from './variables.js'

/** The environment as the `global` sections change it line by line. */
export class ChangingEnvironment {
  readonly #around: Environment
  readonly #own = new Map<string, string | undefined>()
  /** Only these are left of what was around, after `resetenv`. */
  #kept: ReadonlySet<string> | undefined

  constructor(around: Environment) {
    this.#around = around
  }

  readonly get: Environment = (name) => {
    if (this.#own.has(name)) return this.#own.get(name)
    return this.#kept === undefined || this.#kept.has(name) ? this.#around(name) : undefined
  }

  /** Takes one line of a `global` section into account (`setenv`, `presetenv`, `unsetenv`, `resetenv`). */
  apply(line: HaproxyLine): void {
    const [keyword, ...args] = line.words.map((one) => one.text)
    const [name, value] = args
    if (keyword === 'resetenv') this.#reset(new Set(args))
    else if (name === undefined) return
    else if (keyword === 'unsetenv') for (const one of args) this.#own.set(one, undefined)
    else if (value === undefined || value === '') return
    else if (keyword === 'setenv' || (keyword === 'presetenv' && this.get(name) === undefined)) {
      this.#own.set(name, value)
    }
  }

  #reset(kept: ReadonlySet<string>): void {
    for (const name of this.#own.keys()) if (!kept.has(name)) this.#own.delete(name)
    this.#kept = this.#kept === undefined ? kept : new Set([...this.#kept].filter((name) => kept.has(name)))
  }
}
