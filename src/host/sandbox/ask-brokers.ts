import { brokerOf, type RunnableKind, readBroker, testedKinds } from '../../brokers/index.js'
import type { ReadInclude } from '../../brokers/read-context.js'
import type { Pair } from '../../check/pair.js'
import { Fault } from '../../kernel/errors.js'
import type { Finding } from '../../kernel/result.js'
import type { SourceFile } from '../../lint/workspace.js'
import { foundDriver } from '../brokers/index.js'
import type { BrokerDriver } from '../types.js'
import { type AskedPrograms, type Asking, nobody, notRun } from './asked.js'
import { judgedCopies } from './judged.js'
import { aboutThisMachine } from './refused.js'

/** Asks every broker that can judge a file without running it about copies of its files. */
export async function askBrokers(files: readonly SourceFile[], asking: Asking): Promise<AskedPrograms> {
  const asked: AskedPrograms[] = []
  for (const kind of testedKinds) {
    const own = files.filter((one) => one.dialect === kind)
    if (own.length > 0) asked.push(await askKind(kind, own, asking))
  }
  return {
    findings: asked.flatMap((one) => one.findings),
    env: Object.assign({}, ...asked.map((one) => one.env)),
    notes: asked.flatMap((one) => one.notes),
  }
}

async function askKind(kind: RunnableKind, files: readonly SourceFile[], asking: Asking): Promise<AskedPrograms> {
  const program = asking.brokerBins[kind]
  const driver = await foundDriver(kind, program === undefined ? {} : { program })
  if (driver === undefined) return { ...nobody, notes: [`${kind} is not here: its config test was not asked`] }
  const { version, proxy } = await driver.facts()
  if (proxy.length === 0) {
    return { ...nobody, notes: [`${kind} ${version} here knows no PROXY protocol: it was not asked about the file`] }
  }
  const code = brokerOf(kind).run?.test?.code ?? kind
  const findings: Finding[] = []
  const notes: string[] = []
  for (const file of files) {
    const pair = brokerPair(file, asking.readInclude)
    if (pair === undefined) continue
    const copies = await judgedCopies(pair, asking.allowExec, asking.where)
    try {
      notes.push(...notRun(copies.leftOut))
      const fault = await faultOf(driver, copies.brokers[0] ?? '')
      if (fault === undefined) continue
      const message = `${kind} ${version}: ${copies.told(fault.message.replace(/^.*?did not start: /, ''))}`
      const { at } = fault
      const span = at?.line === undefined ? undefined : copies.originOf(at.file, at.line)
      const place = span === undefined ? { file: file.path } : { file: span.file, line: span.line }
      if (aboutThisMachine.test(fault.message)) notes.push(message)
      else findings.push({ code, severity: 'error', message, at: place })
    } finally {
      await copies.remove()
    }
  }
  return { findings, env: { broker: `${kind} ${version}` }, notes }
}

async function faultOf(driver: BrokerDriver, copy: string): Promise<Fault | undefined> {
  try {
    await driver.testConfig?.(copy)
    return undefined
  } catch (error) {
    if (error instanceof Fault) return error
    throw error
  }
}

/** A broker with its file; `undefined` for what has no copy. */
export function brokerPair({ path, text, dialect }: SourceFile, readInclude: ReadInclude): Pair | undefined {
  if (dialect === 'haproxy') return undefined
  const reading = { readInclude }
  const copy = brokerOf(dialect).copy?.(text, path, reading)
  if (copy === undefined || 'cannot' in copy) return undefined
  return { haproxy: [], brokers: [{ copy, others: [], meaning: readBroker(dialect, text, path, reading) }] }
}
