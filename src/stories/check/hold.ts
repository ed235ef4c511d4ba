import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { planStep } from '../../check/plan.js'
import type { Relocated } from '../../check/sandbox/relocate.js'
import { own } from '../../host/process/lifetime.js'
import { attemptOpen } from '../../host/sandbox/attempts.js'
import { announceStack } from '../../host/sandbox/live-stack.js'
import { type RunningSandbox, statsSocket } from '../../host/sandbox/sandbox.js'
import type { CaseResult } from '../../kernel/result.js'
import { formatSocketAddress } from '../../kernel/socket-address.js'
import { validCn } from '../../scenarios/names.js'
import type { GroupOptions, StackHolder } from './group-options.js'
import type { Subject } from './sources.js'
import { stageOf } from './stage.js'

/** Stacks that stay, with one client each, so that they can be looked at. */
export class Holder implements StackHolder {
  readonly #held: string[] = []

  /** A line for each stack. */
  get held(): readonly string[] {
    return this.#held
  }

  /** @returns whether it stays: only where all went well, for what failed has its evidence */
  async hold(
    subject: Subject,
    moved: Relocated,
    sandbox: RunningSandbox,
    folder: string,
    cases: readonly CaseResult[],
    options: GroupOptions,
  ): Promise<boolean> {
    const stage = stageOf(subject, moved, options)
    const good = subject.scenario.outcomes.find(
      ({ attempt, expect }) => attempt.kind === 'connect' && attempt.to === 'frontend' && expect.outcome === 'accepted',
    )
    if (stage === undefined || good === undefined) return false
    if (cases.some(({ status }) => status === 'failed' || status === 'unknown')) return false
    const step = planStep(good, stage)
    if (step.kind !== 'connect') return false
    const { session } = await attemptOpen(step.approach, { mqtt: '3.1.1', clientId: validCn, keepalive: 60 }, options)
    if (session === undefined) return false
    session.stream.on('error', () => {})
    session.stream.resume()
    const pings = setInterval(() => session.stream.write(Uint8Array.of(0xc0, 0)), 20_000)
    const logs = sandbox.brokers.map((one, at) => followed(join(folder, `broker-${at}.log`), () => one.log()))
    announceStack(folder, {
      name: subject.scenario.id,
      sockets: sandbox.haproxy.map((_, at) => statsSocket(folder, at)),
      brokerLogs: logs.map(({ file }) => file),
      haproxyLogs: [],
    })
    own(`stack ${subject.scenario.id}`, async () => {
      clearInterval(pings)
      for (const log of logs) log.stop()
      session.close()
      await sandbox.stop()
      // It runs no more: nobody is to look for it.
      announceStack(folder, { name: subject.scenario.id, sockets: [], brokerLogs: [], haproxyLogs: [] })
    })
    const at = formatSocketAddress(stage.main)
    this.#held.push(`${subject.scenario.id}: ${step.approach.scheme}://${at}   ${folder}`)
    return true
  }
}

/** How often a log is written to its file, milliseconds. */
const writeMs = 250

/** Keeps a file of the lines of a log, for whoever looks at it. */
function followed(file: string, lines: () => readonly string[]): { readonly file: string; stop(): void } {
  let last: string | undefined
  const write = () => {
    const all = lines()
    const mark = `${all.length} ${all.at(-1) ?? ''}`
    if (mark !== last) writeFileSync(file, `${all.join('\n')}\n`, { mode: 0o600 })
    last = mark
  }
  write()
  const timer = setInterval(write, writeMs)
  return { file, stop: () => clearInterval(timer) }
}
