import type { Finding } from '../../kernel/result.js'
import type { SourceFile } from '../../lint/workspace.js'
import { haproxyFacts } from '../haproxy/haproxy.js'
import { lookForProgram } from '../process/programs.js'
import type { HaproxyFacts } from '../types.js'
import { askBrokers } from './ask-brokers.js'
import { askHaproxy } from './ask-haproxy.js'
import type { AskedPrograms, Asking } from './asked.js'

/** Lines that name users and sockets of the machine HAProxy runs on. */
const ofThisMachine = /^[ \t]*(?:stats[ \t]+socket|user|group|uid|gid|chroot|unix-bind)[ \t]/

/** Asks the real programs about copies of their own files, without running code that the files name. */
export async function askPrograms(files: readonly SourceFile[], asking: Asking): Promise<AskedPrograms> {
  const onDisk = files.filter((one) => one.path !== '<stdin>')
  const haproxy = await askHaproxy(onDisk, asking)
  const broker = await askBrokers(onDisk, asking)
  const lines = new Map(onDisk.map((one) => [one.path, one.text.split('\n')]))
  const all = [...haproxy.findings, ...broker.findings]
  const isHere = (one: Finding) => !ofThisMachine.test(lines.get(one.at.file)?.[(one.at.line ?? 0) - 1] ?? '')
  return {
    findings: all.filter(isHere),
    env: { ...haproxy.env, ...broker.env },
    notes: [
      ...haproxy.notes,
      ...broker.notes,
      ...all.filter((one) => !isHere(one)).map(({ at, message }) => `${at.file}:${at.line}: ${message}`),
    ],
  }
}

/** Without what they say of a line, or of a name, that our rules already call an error. */
export function unsaid(asked: AskedPrograms, own: readonly Finding[]): AskedPrograms {
  const said = own.filter(saysIt)
  const lines = new Set(said.map(lineOf))
  const names = new Set(said.flatMap(({ message }) => [...message.matchAll(/"([^"]+)"/g)].map(([, name]) => name)))
  return {
    ...asked,
    findings: asked.findings.filter((one) =>
      one.at.line === undefined ? !names.has(lastQuoted(one.message)) : !lines.has(lineOf(one)),
    ),
  }
}

/** What a sentence without a line is about: `unable to find required default_backend: 'b'`. */
function lastQuoted(message: string): string | undefined {
  return [...message.matchAll(/'([^']+)'/g)].at(-1)?.[1]
}

/** Our own errors, and a variable that is not set here: what a program makes of such a line follows from that. */
function saysIt({ severity, code }: Finding): boolean {
  return severity === 'error' || code === 'MP003'
}

function lineOf({ at }: Finding): string {
  return `${at.file}:${at.line}`
}

/** What the HAProxy that is found here says of itself; `undefined` when there is none. */
export async function foundHaproxy(chosen: string | undefined): Promise<HaproxyFacts | undefined> {
  const found = await lookForProgram('haproxy', chosen === undefined ? {} : { chosen })
  return found === undefined ? undefined : haproxyFacts(found.program)
}
