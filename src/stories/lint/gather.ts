import { brokerOf, type ReadableKind, readableKinds } from '../../brokers/index.js'
import { type ConfigDialect, recognise } from '../../brokers/recognise.js'
import { unreadFormat } from '../../brokers/unread-format.js'
import type { Unread } from '../../config/unread.js'
import { isFolder, listConfigFolder, readConfigSource, textOf } from '../../host/files/config-files.js'
import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import type { SourceFile } from '../../lint/workspace.js'

/** Files that belong together, and those among them that are of no kind we read. */
export interface Gathered {
  readonly name: string
  readonly files: readonly SourceFile[]
  readonly notRead: readonly Unread[]
}

/** What is to be read, as it was named. */
export interface NamedFiles {
  /** Files, folders, or `-` for stdin. */
  readonly paths: readonly string[]
  readonly haproxy?: readonly string[]
  readonly brokers?: readonly string[]
  readonly brokerKind?: ReadableKind
  readonly stdin: () => Promise<Uint8Array>
}

type Read = { readonly file: SourceFile } | { readonly unread: Unread }

/**
 * Folders alone are one pair each; files, or files with folders, are one together.
 * @throws Fault MP-LINT-NOTHING, MP-CONFIG-FILE (exit 2)
 */
export async function gather({ paths, haproxy = [], brokers = [], brokerKind, stdin }: NamedFiles) {
  const read: Read[] = [
    ...haproxy.flatMap((path) => filesAt(path).map((one) => readNamed(one, 'haproxy'))),
    ...brokers.map((path) => readNamed(path, brokerKind)),
  ]
  const folders = paths.filter((path) => path !== '-' && isFolder(path))
  if (read.length === 0 && folders.length > 0 && folders.length === paths.length) {
    return folders.map((folder) => gathered(folder, inFolder(folder)))
  }
  for (const path of paths) {
    if (path === '-') read.push(recognised('<stdin>', { text: textOf('<stdin>', await stdin()) }, brokerKind))
    else if (folders.includes(path)) read.push(...inFolder(path))
    else read.push(readNamed(path, undefined))
  }
  if (read.length === 0) {
    throw new Fault('MP-LINT-NOTHING', 'no file to lint', {
      exit: EXIT.usage,
      hints: ['mqtt-proxy lint haproxy.cfg mosquitto.conf', 'or a folder, or - for stdin'],
    })
  }
  const seen = new Set<string>()
  const once = read.filter((one) => !seen.has(pathOf(one)) && seen.add(pathOf(one)))
  return [gathered(once.map(pathOf).join(' + '), once)]
}

function gathered(name: string, read: readonly Read[]): Gathered {
  return {
    name,
    files: read.flatMap((one) => ('file' in one ? [one.file] : [])),
    notRead: read.flatMap((one) => ('unread' in one ? [one.unread] : [])),
  }
}

function pathOf(one: Read): string {
  return 'file' in one ? one.file.path : one.unread.span.file
}

function filesAt(path: string): readonly string[] {
  return isFolder(path) ? listConfigFolder(path).filter((one) => one.endsWith('.cfg')) : [path]
}

function inFolder(folder: string): readonly Read[] {
  const read = listConfigFolder(folder).flatMap((path): readonly Read[] => {
    try {
      const one = readNamed(path, undefined)
      // Other programs keep files of this name too: of those only what a broker may read is named.
      return 'unread' in one && path.endsWith('.config') && !/Erlang/.test(one.unread.why) ? [] : [one]
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      return [notRead(path, 'file', error.message)]
    }
  })
  if (read.length === 0) {
    throw new Fault('MP-LINT-NOTHING', `no *.cfg or *.conf of HAProxy or a broker in ${folder}`, { exit: EXIT.usage })
  }
  // HAProxy's main file first: the others take their defaults from it.
  const main = (one: Read) => Number('file' in one && /^[ \t]*global\b/m.test(one.file.text))
  return [...read].sort((a, b) => main(b) - main(a))
}

function readNamed(path: string, dialect: ConfigDialect | undefined): Read {
  return recognised(path, readConfigSource(path), dialect)
}

function recognised(
  path: string,
  source: { readonly text: string; readonly notUtf8?: true },
  forced: ConfigDialect | undefined,
): Read {
  const other = forced === undefined ? unreadFormat(source.text, path) : undefined
  if (other !== undefined) return { unread: formatOf(path, `this is ${other}`) }
  const dialect = forced ?? recognise(source.text, path)
  if (dialect !== undefined) return { file: { path, ...source, dialect } }
  const names = readableKinds.map((kind) => brokerOf(kind).name)
  const why = `it is neither a HAProxy file nor one of ${names.join(', ')}, as far as can be seen`
  return { unread: formatOf(path, `${why} (say what it is: --haproxy FILE, or --broker FILE --broker-kind KIND)`) }
}

function formatOf(path: string, why: string): Unread {
  return notRead(path, 'format', why).unread
}

function notRead(path: string, what: 'file' | 'format', why: string): { readonly unread: Unread } {
  const span = { file: path, line: 1, column: 1, endLine: 1, endColumn: 1 }
  return { unread: { what, name: path, why, span } }
}
