import { isUtf8 } from 'node:buffer'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { includedNames } from '../../brokers/mosquitto/included-names.js'
import type { IncludedText, ReadInclude } from '../../brokers/read-context.js'
import { Fault, messageOf, systemCode } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { readInput } from './input.js'
import { readBounded } from './read-bounded.js'
import { placesOf, thisMachine, type Whereabouts } from './whereabouts.js'

/** Larger than any configuration a person keeps: HAProxy maps and lists have files of their own. */
export const largestConfigBytes = 16 * 1024 * 1024

/**
 * Reads a configuration file.
 * @throws Fault MP-CONFIG-FILE (exit 2): missing, a folder, or too large
 */
export function readConfigFile(path: string): string {
  return readConfigSource(path).text
}

/**
 * A configuration file, and whether its bytes are no UTF-8.
 * @throws Fault MP-CONFIG-FILE (exit 2): missing, a folder, or too large
 */
export function readConfigSource(path: string): { readonly text: string; readonly notUtf8?: true } {
  const stat = attempt(path, () => statSync(path))
  if (stat.isDirectory()) throw bad(path, 'is a folder, not a file')
  if (stat.size > largestConfigBytes) {
    const size = Math.round(stat.size / 1024 / 1024)
    throw bad(path, `has ${size} MB; a configuration has at most ${largestConfigBytes / 1024 / 1024}`, 1)
  }
  const bytes = attempt(path, () => readBounded(path, largestConfigBytes))
  return { text: textOf(path, bytes), ...(!isUtf8(bytes) && { notUtf8: true }) }
}

/**
 * All of stdin, as far as a configuration may be long.
 * @throws Fault MP-INPUT, MP-CONFIG-FILE (exit 2)
 */
export async function readConfigStdin(): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of readInput('-')) {
    bytes += chunk.byteLength
    if (bytes > largestConfigBytes) throw bad('<stdin>', 'is larger than any configuration', 1)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/**
 * Text with nothing lost: a byte order mark stays, and where the bytes are no UTF-8 each of them is one character.
 * @throws Fault MP-CONFIG-FILE (exit 2) when it is larger than any configuration
 */
export function textOf(path: string, bytes: Uint8Array): string {
  if (bytes.byteLength > largestConfigBytes) throw bad(path, 'is larger than any configuration', 1)
  if (isUtf8(bytes)) return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
  return Buffer.from(bytes).toString('latin1')
}

/**
 * The `*.cfg`, `*.conf` and `*.config` files of a folder, in the order of their names, not those of folders in it.
 * @throws Fault MP-CONFIG-FILE (exit 2)
 */
export function listConfigFolder(folder: string): readonly string[] {
  const names = attempt(folder, () => readdirSync(folder, { withFileTypes: true }))
  return names
    .filter((one) => !one.isDirectory() && /\.(cfg|conf|config)$/.test(one.name) && !one.name.startsWith('.'))
    .map((one) => join(folder, one.name))
    .sort()
}

export function isFolder(path: string): boolean {
  return attempt(path, () => statSync(path)).isDirectory()
}

/** What a file includes: beside the file that names it, else from here, or where that machine's files lie. */
export function includesFromDisk(where: Whereabouts = thisMachine): ReadInclude {
  return (path, from) => {
    for (const one of placesOf(path, from, where)) {
      const found = basename(one).includes('*') ? readMatching(one) : (readIncluded(one) ?? readOne(one))
      if (found !== undefined) return found
    }
    return undefined
  }
}

/** Files of a folder by a `*` in the last part of the path; none is nothing to read, a folder that is not there is. */
function readMatching(pattern: string): readonly IncludedText[] | undefined {
  const [first = '', ...rest] = basename(pattern).split('*')
  const last = rest.at(-1) ?? ''
  try {
    return readdirSync(dirname(pattern))
      .filter((name) => name.startsWith(first) && name.endsWith(last) && name.length >= first.length + last.length)
      .sort()
      .map((name) => join(dirname(pattern), name))
      .map((file) => ({ file, text: readConfigFile(file) }))
  } catch (error) {
    if (error instanceof Fault) throw error
    return undefined
  }
}

function readOne(file: string): readonly IncludedText[] | undefined {
  return existsSync(file) ? [{ file, text: readConfigFile(file) }] : undefined
}

/**
 * What Mosquitto would read of an `include_dir`; `undefined` when it can't be listed.
 * @throws Fault MP-CONFIG-FILE (exit 2) for a file in it that is not a configuration
 */
export function readIncluded(folder: string): readonly IncludedText[] | undefined {
  let names: string[]
  try {
    names = readdirSync(folder)
  } catch {
    return undefined
  }
  return includedNames(names)
    .map((name) => join(folder, name))
    .map((file) => ({ file, text: readConfigFile(file) }))
}

function attempt<T>(path: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    const code = systemCode(error)
    const what = code === 'ENOENT' ? 'there is no such file' : code === 'EACCES' ? 'may not be read' : messageOf(error)
    throw bad(path, what)
  }
}

function bad(path: string, what: string, line?: number): Fault {
  return new Fault('MP-CONFIG-FILE', what, {
    exit: EXIT.usage,
    at: { file: path, ...(line !== undefined && { line }) },
    hints: [
      'name a haproxy.cfg, mosquitto.conf, vernemq.conf or rabbitmq.conf; lint takes a folder that holds them too, check as --dir',
    ],
  })
}
