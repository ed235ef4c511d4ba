import type { EntryLine } from '../../config/entries.js'
import { ConfigRefusal } from './config-refusal.js'

/** One setting and the ways to read its value, with the complaints Mosquitto has about each. */
export class Setting {
  constructor(
    readonly name: string,
    readonly line: EntryLine,
  ) {}

  /** The rest of the line; empty when there is none. */
  get text(): string {
    return this.line.value ?? ''
  }

  get words(): readonly string[] {
    return this.text.split(/ +/).filter((word) => word !== '')
  }

  refuse(message: string, hints: readonly string[] = []): never {
    throw new ConfigRefusal(message, this.line.span, hints)
  }

  /** Free text to the end of the line. */
  string(label = this.name): string {
    // Only of a text is a tab at the end no part.
    const text = this.text.trimEnd()
    if (text === '') this.refuse(`Empty '${label}' value in configuration.`)
    return text
  }

  word(label = this.name): string {
    const [word] = this.words
    return word ?? this.refuse(`Empty '${label}' value in configuration.`)
  }

  bool(): boolean {
    const word = this.word()
    if (word === 'true' || word === '1') return true
    if (word === 'false' || word === '0') return false
    return this.refuse(`Invalid '${this.name}' value (${word}).`)
  }

  int(label = this.name): number {
    const word = this.word(label)
    if (!/^[+-]?(?:0x[\da-f]+|\d+)$/i.test(word)) this.refuse(`'${label}' value not a number.`)
    const number = Number(word.replace(/^\+/, ''))
    if (Math.abs(number) > 0x7fffffff) this.refuse(`'${label}' value out of range.`)
    return number
  }

  /** A number within bounds; outside, Mosquitto's general complaint. */
  intWithin(low: number, high: number): number {
    const number = this.int()
    if (number < low || number > high) this.refuse(`Invalid '${this.name}' value (${number}).`)
    return number
  }

  oneOf<const T extends string>(allowed: readonly T[]): T {
    const word = this.word()
    return allowed.find((one) => one === word) ?? this.refuse(`Invalid '${this.name}' value (${word}).`)
  }
}
