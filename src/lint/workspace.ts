import type { BrokerFile } from '../brokers/broker.js'
import { readBroker } from '../brokers/index.js'
import type { ReadInclude } from '../brokers/read-context.js'
import type { ConfigDialect } from '../brokers/recognise.js'
import { parseHaproxy } from '../config/haproxy/parse.js'
import { problemsOf } from '../config/haproxy/problems.js'
import type { HaproxyRelease } from '../config/haproxy/release.js'
import type { Environment } from '../config/haproxy/variables.js'
import { viewHaproxy } from '../config/haproxy/view.js'
import type { ConfigProblem } from '../config/span.js'
import type { Unread } from '../config/unread.js'
import type { LintInput } from './model.js'
import { type Pragma, pragmasOf } from './pragmas.js'
import { Processes } from './processes.js'

/** A configuration file to be linted. */
export interface SourceFile {
  readonly path: string
  readonly text: string
  readonly dialect: ConfigDialect
  /** Its bytes are no UTF-8; each of them is one character of the text. */
  readonly notUtf8?: true
}

/** How files are read before they are linted. */
export interface WorkspaceReading {
  readonly env?: Environment
  readonly readInclude?: ReadInclude
  /** All HAProxy files are one process, as `haproxy -f A -f B` takes them. */
  readonly oneHaproxy?: boolean
  /** What the HAProxy files are judged for. */
  readonly release?: HaproxyRelease
  /** Files beside them that are of no kind we read. */
  readonly notRead?: readonly Unread[]
}

/** Configuration files, read and ready for `lint`. */
export interface Workspace {
  readonly input: Pick<LintInput, 'haproxies' | 'brokers' | 'problems' | 'notRead'>
  readonly pragmas: readonly Pragma[]
  /** Every text that was read, those of `include_dir` as well, by path. */
  readonly texts: ReadonlyMap<string, string>
}

/** Parses the files of one pair (or several brokers behind one or more HAProxies). */
export function readWorkspace(files: readonly SourceFile[], reading: WorkspaceReading = {}): Workspace {
  const problems: ConfigProblem[] = []
  const brokers: BrokerFile[] = []
  const texts = new Map(files.map((one) => [one.path, one.text]))
  const readInclude: ReadInclude | undefined =
    reading.readInclude &&
    ((dir, from) => {
      const found = reading.readInclude?.(dir, from)
      for (const one of found ?? []) texts.set(one.file, one.text)
      return found
    })
  const notRead: Unread[] = [...(reading.notRead ?? [])]
  const { release } = reading
  const processes = new Processes(reading)
  for (const source of files) {
    const { path, text, dialect } = source
    if (source.notUtf8) problems.push(notUtf8(source))
    if (dialect === 'haproxy') {
      const env = processes.envFor(text)
      const parsed = parseHaproxy(text, path, { env, ...(release !== undefined && { release }) })
      problems.push(...(release === undefined ? parsed.problems : problemsOf(parsed, release)))
      notRead.push(...parsed.unread.filter((one) => processes.isNew(one)))
      processes.add(parsed)
    } else {
      if (!/^[^\S\n]*[^\s#]/m.test(text)) problems.push(noSettings(path))
      const one = readBroker(dialect, text, path, {
        ...(readInclude !== undefined && { readInclude }),
        ...(reading.env !== undefined && { env: reading.env }),
      })
      problems.push(...one.problems)
      notRead.push(...one.unread)
      brokers.push(one)
    }
  }
  const haproxies = processes.documents.map(viewHaproxy)
  const pragmas = [...processes.documents.flat(), ...brokers.flatMap((one) => one.documents)].flatMap(pragmasOf)
  return { input: { haproxies, brokers, problems, notRead }, pragmas, texts }
}

function notUtf8({ path, text, dialect }: SourceFile): ConfigProblem {
  const at = text.search(/[\x80-\xff]/)
  const before = text.slice(0, Math.max(at, 0)).split('\n')
  const [line, column] = [before.length, (before.at(-1)?.length ?? 0) + 1]
  const span = { file: path, line, column, endLine: line, endColumn: column + 1 }
  const said = dialect === 'mosquitto' ? 'Mosquitto refuses such a value, and passes over a comment' : 'they are kept'
  return { code: 'not-utf8', message: `some bytes are not UTF-8: ${said}`, span }
}

function noSettings(file: string): ConfigProblem {
  const span = { file, line: 1, column: 1, endLine: 1, endColumn: 1 }
  return { code: 'no-settings', message: 'there is no setting in this file, only blanks and comments', span }
}
