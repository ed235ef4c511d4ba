import type { ConfigProblem } from '../span.js'
import type { HaproxyWord } from './document.js'
import { type Environment, readVariable } from './variables.js'

export interface Words {
  readonly words: readonly HaproxyWord[]
  /** Text after `#`, without the sign and one leading space. */
  readonly comment: string | undefined
  readonly problems: readonly ConfigProblem[]
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' }

const mostWords = 64

/**
 * Splits one line as HAProxy does (configuration.txt 2.2 "Quoting and escaping", 2.3 "Environment variables"):
 * `#` starts a comment outside quotes; 'strong' quotes keep everything; "weak" quotes keep blanks and expand
 * `$NAME`, `${NAME}`, `${NAME-default}` and `${NAME[*]}`; `\` escapes outside strong quotes; 64 words at most.
 */
export function splitWords(text: string, file: string, line: number, env: Environment): Words {
  const words: HaproxyWord[] = []
  const problems: ConfigProblem[] = []
  let at = 0
  while (at < text.length) {
    const char = text[at]
    if (isBlank(char)) {
      at++
    } else if (char === '#') {
      const comment = text.slice(at + 1).replace(/^ /, '')
      return { words, comment, problems: [...problems, ...tooManyWords(words)] }
    } else {
      at = readPlainWord(text, at, file, line, words) ?? readWord(text, at, file, line, env, words, problems)
    }
  }
  return { words, comment: undefined, problems: [...problems, ...tooManyWords(words)] }
}

function tooManyWords(words: readonly HaproxyWord[]): readonly ConfigProblem[] {
  const first = words[mostWords]
  if (first === undefined) return []
  const message = `HAProxy reads ${mostWords} words of a line at most, and this one has ${words.length}`
  return [{ code: 'too-many-words', message, span: first.span, expected: 'the words on two lines, or in a file (-f)' }]
}

const plainWord = /[^ \t\f\v#"'\\]+/y

/** Most words have no quotes and no escapes: those are taken as they are. */
function readPlainWord(
  text: string,
  start: number,
  file: string,
  line: number,
  words: HaproxyWord[],
): number | undefined {
  plainWord.lastIndex = start
  if (!plainWord.test(text)) return undefined
  const end = plainWord.lastIndex
  const next = text[end]
  if (next === '"' || next === "'" || next === '\\') return undefined
  const raw = text.slice(start, end)
  words.push({ text: raw, raw, span: { file, line, column: start + 1, endLine: line, endColumn: end + 1 } })
  return end
}

function readWord(
  text: string,
  start: number,
  file: string,
  line: number,
  env: Environment,
  words: HaproxyWord[],
  problems: ConfigProblem[],
): number {
  const span = (from: number, to: number) => ({ file, line, column: from + 1, endLine: line, endColumn: to + 1 })
  const unresolved: string[] = []
  let out = ''
  let quote: string | undefined
  let opened = start
  let at = start
  // The parts of a `"${LIST[*]}"`: each but the last becomes a word of its own.
  const done: string[] = []
  while (at < text.length) {
    const char = text[at] ?? ''
    if (quote === undefined && (isBlank(char) || char === '#')) break
    if (char === quote) {
      quote = undefined
      at++
    } else if (quote === undefined && (char === '"' || char === "'")) {
      quote = char
      opened = at
      at++
    } else if (char === '\\' && quote !== "'") {
      const escaped = readEscape(text, at)
      out += escaped.text
      at += escaped.length
    } else if (char === '$' && quote === '"') {
      const variable = readVariable(text, at)
      if (variable === undefined) {
        problems.push({
          code: 'bad-variable',
          message: 'no name of a variable follows the $, and HAProxy refuses the line',
          span: span(at, at + 1),
          expected: '\\$ for the sign itself, or single quotes around the word',
        })
        out += char
        at++
        continue
      }
      const value = env(variable.name) ?? variable.fallback
      if (value === undefined) {
        unresolved.push(variable.name)
        out += text.slice(at, at + variable.length)
      } else if (variable.list) {
        const parts = value.split(/ +/)
        out += parts.pop() ?? ''
        done.push(...parts)
      } else out += value
      at += variable.length
    } else {
      out += char
      at++
    }
  }
  if (quote !== undefined) {
    problems.push({
      code: 'unclosed-quote',
      message: `the ${quote === '"' ? 'double' : 'single'} quote is never closed`,
      span: span(opened, text.length),
      expected: `another ${quote} before the end of the line`,
    })
  }
  const raw = text.slice(start, at)
  for (const part of [...done, out]) {
    words.push({ text: part, raw, span: span(start, at), ...(unresolved.length > 0 && { unresolved }) })
  }
  return at
}

function readEscape(text: string, at: number): { readonly text: string; readonly length: number } {
  const next = text[at + 1]
  if (next === undefined) return { text: '\\', length: 1 }
  const hex = next === 'x' ? /^[0-9a-f]{2}/i.exec(text.slice(at + 2, at + 4))?.[0] : undefined
  if (hex !== undefined) return { text: String.fromCharCode(Number.parseInt(hex, 16)), length: 4 }
  const named = escapes[next]
  if (named !== undefined) return { text: named, length: 2 }
  if (' \\#\'"$'.includes(next)) return { text: next, length: 2 }
  return { text: '\\', length: 1 }
}

/** HAProxy stops at the first carriage return; a form feed and a vertical tab are blanks like any other (2.6 to 3.4). */
function isBlank(char: string | undefined): boolean {
  return char === ' ' || char === '\t' || char === '\f' || char === '\v'
}
