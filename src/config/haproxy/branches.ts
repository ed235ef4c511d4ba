import type { ConfigProblem, Span } from '../span.js'
import type { Unread } from '../unread.js'
import { decide } from './condition.js'
import type { Active, HaproxyLine } from './document.js'
import type { HaproxyRelease } from './release.js'
import type { Environment } from './variables.js'

interface Block {
  readonly span: Span
  /** What was around the block. */
  readonly around: Active
  /** What the branch now open is. */
  now: Active
  /** Whether a branch of this block was certainly, possibly or not taken so far. */
  taken: Active
  elseSeen: boolean
}

function inside(around: Active, value: Active): Active {
  return around === 'yes' || value === 'no' ? value : around
}

const messages: ReadonlySet<string> = new Set(['.alert', '.diag', '.notice', '.warning'])

/** Follows `.if`, `.elif`, `.else`, `.endif` line by line (configuration.txt 2.4). */
export class Branches {
  readonly problems: ConfigProblem[] = []
  readonly unread: Unread[] = []
  readonly #blocks: Block[] = []
  readonly #release: HaproxyRelease | undefined
  readonly #env: Environment

  constructor(release: HaproxyRelease | undefined, env: Environment) {
    this.#release = release
    this.#env = env
  }

  /** Whether HAProxy reads the line at its current place. */
  get now(): Active {
    return this.#blocks.at(-1)?.now ?? 'yes'
  }

  /** Takes a line that begins with a dot. */
  directive(line: HaproxyLine): void {
    const [first, ...rest] = line.words
    const word = first?.text ?? ''
    const block = this.#blocks.at(-1)
    if (word === '.if') this.#open(line)
    else if (block === undefined && /^\.(?:elif|else|endif)$/.test(word)) this.#lone(word, line)
    else if (word === '.elif' && block !== undefined) this.#elif(block, line)
    else if (word === '.else' && block !== undefined) this.#else(block, line)
    else if (word === '.endif') this.#blocks.pop()
    else if (this.now === 'yes') this.#message(word, rest[0]?.text ?? '', line)
  }

  /** @returns what is wrong at the end of the file */
  end(): void {
    for (const { span } of this.#blocks) {
      this.problems.push({ code: 'condition', message: 'the .if is never closed', span, expected: '.endif' })
    }
  }

  #open(line: HaproxyLine): void {
    const around = this.now
    const value = around === 'no' ? 'no' : this.#decided(line)
    this.#blocks.push({ span: line.span, around, now: inside(around, value), taken: value, elseSeen: false })
  }

  #elif(block: Block, line: HaproxyLine): void {
    if (block.elseSeen) this.#wrong('.elif stands behind .else', line)
    const asked = block.around !== 'no' && block.taken !== 'yes'
    this.#enter(block, asked ? this.#decided(line) : 'no')
  }

  #else(block: Block, line: HaproxyLine): void {
    if (block.elseSeen) this.#wrong('a second .else', line)
    block.elseSeen = true
    this.#enter(block, block.taken === 'yes' ? 'no' : 'yes')
  }

  /** Opens the next branch: one that another may have been taken before is not certain. */
  #enter(block: Block, value: Active): void {
    block.now = inside(block.around, value === 'yes' && block.taken === 'maybe' ? 'maybe' : value)
    if (value === 'yes' || block.taken === 'no') block.taken = value
  }

  #decided(line: HaproxyLine): Active {
    const words = line.words.slice(1)
    const text = words.map((one) => one.text).join(' ')
    const unset = words.some((one) => one.unresolved !== undefined)
    const { value, problem } = unset
      ? { value: 'maybe' as const, problem: undefined }
      : decide(text, { release: this.#release, env: this.#env })
    if (problem !== undefined) this.#wrong(problem, line)
    else if (value === 'maybe') {
      const why = unset ? 'a variable in it is not set here' : 'it depends on how HAProxy was built'
      this.unread.push({ what: 'branch', name: `${line.words[0]?.text} ${text}`, why, span: line.span })
    }
    return value
  }

  #message(word: string, text: string, line: HaproxyLine): void {
    if (word === '.alert') this.#wrong(`HAProxy stops here with the message "${text}"`, line)
    else if (!messages.has(word)) this.#wrong(`there is no directive "${word}"`, line)
  }

  #lone(word: string, line: HaproxyLine): void {
    this.#wrong(`${word} without an .if above it`, line)
  }

  #wrong(message: string, line: HaproxyLine): void {
    this.problems.push({ code: 'condition', message, span: line.span })
  }
}
