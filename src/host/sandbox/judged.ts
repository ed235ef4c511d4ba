import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import type { Pair } from '../../check/pair.js'
import { plainOptions, relocate } from '../../check/sandbox/relocate.js'
import type { CopiedFile } from '../../config/copied-file.js'
import type { Span } from '../../config/span.js'
import { findNamed, readNamed } from '../files/named-files.js'
import { thisMachine, type Whereabouts } from '../files/whereabouts.js'
import { makeWorkdir } from '../files/workdir.js'

/** Copies of files that their own programs are asked about: nothing in them executes, loads, writes or connects. */
export interface JudgedCopies {
  /** Paths of the copies of each HAProxy process, and of each broker (its main file). */
  readonly haproxy: readonly (readonly string[])[]
  readonly brokers: readonly string[]
  /** The line of the user's file behind a line of a copy. */
  originOf(file: string, line: number): Span | undefined
  /** The program's words, with the user's files in place of the copies. */
  told(text: string): string
  /** Whether nobody here knows the keyword of a line: its arguments were left out. */
  isUnknown(span: Span): boolean
  readonly leftOut: readonly string[]
  remove(): Promise<void>
}

/** Certificates stay where they are: a program that is only asked reads them and nothing else. */
export async function judgedCopies(
  pair: Pair,
  allowExec: boolean,
  where: Whereabouts = thisMachine,
): Promise<JudgedCopies> {
  const folder = await makeWorkdir('ask')
  let port = 40_000
  const ports = new Map<string, number>()
  const portOf = (key: string) => {
    const known = ports.get(key) ?? port++
    ports.set(key, known)
    return known
  }
  const from = pair.haproxy[0]?.documents[0]?.file ?? pair.brokers[0]?.meaning.file ?? ''
  const base = pair.haproxy[0]?.view.global.crtBase?.value
  const certificate = (path: string) => {
    const based = base !== undefined && !isAbsolute(path) ? join(base, path) : path
    return findNamed(based, from, where) ?? resolve(based)
  }
  const moved = relocate(pair, {
    ...plainOptions,
    folder: folder.path,
    ip: 4,
    purpose: 'judge',
    allowExec,
    read: (path, file) => readNamed(path, file, where),
    certificate,
    portOf,
  })
  const processes = [...moved.haproxy, ...moved.brokers]
  const files = processes.flatMap((one) => one.files)
  for (const file of files) {
    const path = join(folder.path, file.name)
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    await writeFile(path, file.text, { mode: 0o600 })
  }
  const byPath = new Map(files.map((file) => [join(folder.path, file.name), file]))
  const unknown = new Set(moved.relocation.unknownLines.map((span) => `${span.file}:${span.line}`))
  const pathsOf = (all: readonly CopiedFile[]) => all.map((file) => join(folder.path, file.name))
  return {
    haproxy: moved.haproxy.map((one) => pathsOf(one.files.filter((file) => file.name.endsWith('.cfg')))),
    brokers: moved.brokers.flatMap((one) => pathsOf(one.files).slice(0, 1)),
    originOf: (file, line) => byPath.get(file)?.originOf(line),
    told: (text) =>
      [...byPath].reduce((said, [path, file]) => {
        const lines = said.replaceAll(new RegExp(`${escaped(path)}:(\\d+)`, 'g'), (_, line: string) => {
          const span = file.originOf(Number(line))
          return span === undefined ? file.from : `${span.file}:${span.line}`
        })
        return lines.replaceAll(path, file.from)
      }, text),
    isUnknown: (span) => unknown.has(`${span.file}:${span.line}`),
    leftOut: moved.leftOut
      .filter((one) => /runs|loads/.test(one.reach))
      .map((one) => `${one.span.file}:${one.span.line}: ${one.what}`),
    remove: () => folder.remove(),
  }
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
