import { parseMosquitto, type ReadInclude } from '../brokers/mosquitto/parse.js'
import { viewMosquitto } from '../brokers/mosquitto/view.js'
import { parseRabbitmq } from '../brokers/rabbitmq/parse.js'
import { viewRabbitmq } from '../brokers/rabbitmq/view.js'
import type { ConfigDialect } from '../brokers/recognise.js'
import { parseVernemq } from '../brokers/vernemq/parse.js'
import { viewVernemq } from '../brokers/vernemq/view.js'
import type { EntryDocument } from '../config/entries.js'
import type { HaproxyDocument } from '../config/haproxy/document.js'
import { parseHaproxy } from '../config/haproxy/parse.js'
import { viewHaproxy } from '../config/haproxy/view.js'
import type { Environment } from '../config/haproxy/words.js'
import type { ConfigProblem } from '../config/span.js'
import type { LintInput } from './model.js'
import { type Pragma, pragmasOf } from './pragmas.js'

export interface SourceFile {
  readonly path: string
  readonly text: string
  readonly dialect: ConfigDialect
}

export interface Reading {
  readonly env?: Environment
  readonly readInclude?: ReadInclude
  /** All HAProxy files are one process, as `haproxy -f A -f B` takes them. */
  readonly oneHaproxy?: boolean
}

export interface Workspace {
  readonly input: Pick<LintInput, 'haproxies' | 'brokers' | 'problems'>
  readonly pragmas: readonly Pragma[]
  /** Every text that was read, those of `include_dir` as well, by path. */
  readonly texts: ReadonlyMap<string, string>
}

/** Parses the files of one pair (or several brokers behind one or more HAProxies). */
export function readWorkspace(files: readonly SourceFile[], reading: Reading = {}): Workspace {
  const problems: ConfigProblem[] = []
  const documents: (HaproxyDocument | EntryDocument)[] = []
  const haproxy: HaproxyDocument[] = []
  const brokers: LintInput['brokers'][number][] = []
  const texts = new Map(files.map((one) => [one.path, one.text]))
  const readInclude: ReadInclude | undefined =
    reading.readInclude &&
    ((dir, from) => {
      const found = reading.readInclude?.(dir, from)
      for (const one of found ?? []) texts.set(one.file, one.text)
      return found
    })
  for (const { path, text, dialect } of files) {
    switch (dialect) {
      case 'haproxy': {
        const parsed = parseHaproxy(text, path, reading.env === undefined ? {} : { env: reading.env })
        problems.push(...parsed.problems)
        haproxy.push(parsed.document)
        break
      }
      case 'mosquitto': {
        const parsed = parseMosquitto(text, path, readInclude)
        problems.push(...parsed.problems)
        documents.push(parsed.document, ...parsed.included.flatMap((one) => one.documents))
        brokers.push(viewMosquitto(parsed.document, parsed.included))
        break
      }
      case 'vernemq': {
        const parsed = parseVernemq(text, path)
        problems.push(...parsed.problems)
        documents.push(parsed.document)
        brokers.push(viewVernemq(parsed.document))
        break
      }
      case 'rabbitmq': {
        const parsed = parseRabbitmq(text, path)
        problems.push(...parsed.problems)
        documents.push(parsed.document)
        brokers.push(viewRabbitmq(parsed.document))
      }
    }
  }
  const haproxies = processesOf(haproxy, reading.oneHaproxy ?? false).map(viewHaproxy)
  const pragmas = [...haproxy, ...documents].flatMap(pragmasOf)
  return { input: { haproxies, brokers, problems }, pragmas, texts }
}

/** A file with a `global` section of its own begins another process; files without one belong to it. */
function processesOf(documents: readonly HaproxyDocument[], one: boolean): readonly (readonly HaproxyDocument[])[] {
  const processes: HaproxyDocument[][] = []
  for (const document of documents) {
    const last = processes.at(-1)
    const begins = document.sections.some((section) => section.kind === 'global')
    const hasGlobal = last?.some((other) => other.sections.some((section) => section.kind === 'global')) ?? false
    if (last === undefined || (!one && begins && hasGlobal)) processes.push([document])
    else last.push(document)
  }
  return processes
}
