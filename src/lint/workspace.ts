import type { BrokerFile, ReadInclude } from '../brokers/broker.js'
import { readBroker } from '../brokers/index.js'
import type { ConfigDialect } from '../brokers/recognise.js'
import type { HaproxyDocument } from '../config/haproxy/document.js'
import { parseHaproxy } from '../config/haproxy/parse.js'
import type { Environment } from '../config/haproxy/variables.js'
import { viewHaproxy } from '../config/haproxy/view.js'
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
  const haproxy: HaproxyDocument[] = []
  const brokers: BrokerFile[] = []
  const texts = new Map(files.map((one) => [one.path, one.text]))
  const readInclude: ReadInclude | undefined =
    reading.readInclude &&
    ((dir, from) => {
      const found = reading.readInclude?.(dir, from)
      for (const one of found ?? []) texts.set(one.file, one.text)
      return found
    })
  for (const { path, text, dialect } of files) {
    if (dialect === 'haproxy') {
      const parsed = parseHaproxy(text, path, reading.env === undefined ? {} : { env: reading.env })
      problems.push(...parsed.problems)
      haproxy.push(parsed.document)
    } else {
      const one = readBroker(dialect, text, path, readInclude === undefined ? {} : { readInclude })
      problems.push(...one.problems)
      brokers.push(one)
    }
  }
  const haproxies = processesOf(haproxy, reading.oneHaproxy ?? false).map(viewHaproxy)
  const pragmas = [...haproxy, ...brokers.flatMap((one) => one.documents)].flatMap(pragmasOf)
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
