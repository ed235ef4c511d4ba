import { judge } from '../../check/judge.js'
import { likelyOf } from '../../check/likely.js'
import { refusedForLogin, withoutPassword } from '../../check/login.js'
import { endText, noRouteRow } from '../../check/no-route.js'
import { planStep, type Stage } from '../../check/plan.js'
import type { Relocated } from '../../check/sandbox/relocate.js'
import { type TurnKind, timesOf, turnOf } from '../../check/turns.js'
import { explainLogLine } from '../../explain/log-line.js'
import { wait } from '../../host/sandbox/lab.js'
import type { RunningSandbox } from '../../host/sandbox/sandbox.js'
import type { CaseResult } from '../../kernel/result.js'
import type { OutcomeRow } from '../../scenarios/types.js'
import type { GroupOptions } from './group-options.js'
import { ownLines } from './own-lines.js'
import type { Subject } from './sources.js'
import { haproxyAddress, stageOf } from './stage.js'
import { runStep } from './steps.js'

/** Rows side by side, HAProxy's own verdict on its servers first; those that stop a broker come last, alone. */
export async function runRows(
  subject: Subject,
  moved: Relocated,
  sandbox: RunningSandbox,
  rows: readonly OutcomeRow[],
  options: GroupOptions,
): Promise<CaseResult[]> {
  const stage = stageOf(subject, moved, options)
  const jobs = rows.flatMap((row) =>
    Array.from({ length: timesOf(row, options.repeatEach) }, (_, index) => ({ row, index })),
  )
  const results = new Map<(typeof jobs)[number], CaseResult>()
  let down: string | undefined
  const run = async (job: (typeof jobs)[number]) => {
    const { row, index } = job
    const suffix = index === 0 ? '' : `#${index + 1}`
    const reason = options.stopped() ?? (needsServer(row) ? down : undefined)
    const result =
      reason === undefined
        ? await runRow(row, suffix, subject, stage, sandbox, moved, options)
        : { ...headOf(subject, row), status: 'skipped' as const, reason }
    results.set(job, options.onCase({ ...result, id: `${result.id}${suffix}` }, row))
  }
  const inTurn = (turn: TurnKind) => jobs.filter(({ row }) => turnOf(row) === turn)
  for (const job of inTurn('first')) {
    await run(job)
    down ??= nobodyIsUp(job.row, results.get(job))
  }
  const queue = inTurn('together')
  const { together, everyMs } = subject.pace
  await Promise.all(
    Array.from({ length: options.oneByOne ? 1 : together }, async () => {
      for (let job = queue.shift(); job !== undefined; job = queue.shift()) {
        await run(job)
        if (everyMs > 0) await wait(everyMs)
      }
    }),
  )
  for (const job of inTurn('alone')) await run(job)
  return jobs.flatMap((job) => results.get(job) ?? [])
}

async function runRow(
  row: OutcomeRow,
  suffix: string,
  subject: Subject,
  stage: Stage | undefined,
  sandbox: RunningSandbox,
  moved: Relocated,
  options: GroupOptions,
): Promise<CaseResult> {
  const head = headOf(subject, row)
  if (stage === undefined) {
    const likely = likelyOf(row, subject)
    return {
      ...head,
      status: 'failed',
      expected: 'a way in',
      actual: 'HAProxy has no bind that a client could use',
      likely,
    }
  }
  for (let attempt = 1; ; attempt++) {
    // Client ids and topics are made of it, and a topic must not hold a "#".
    const tag = suffix.replace('#', '-')
    const step = planStep(row, stage, attempt === 1 ? tag : `${tag}-${attempt}`)
    if (step.kind === 'cannot') return { ...head, status: 'skipped', reason: step.reason }
    const seen = await runStep(step, sandbox, options)
    const login = stage.login?.username
    const verdict = judge(row, seen, { ip: stage.ip, haproxy: haproxyAddress(stage), nameless: undefined, login })
    const where = row.id === noRouteRow && subject.way !== undefined ? `; ${endText(subject.way)}` : ''
    const facts = {
      expected: verdict.expected,
      actual: `${verdict.actual}${where}`,
      durationMs: Math.round(seen.ms),
      attempts: attempt,
    }
    const client = seen.client === undefined ? {} : { client: seen.client }
    if (verdict.passed) {
      const explained = row.expect.outcome === 'danger' ? { explained: [`precaution: ${row.expect.precaution}`] } : {}
      return { ...head, status: 'passed', ...facts, ...client, ...explained }
    }
    if (subject.needsLogin && stage.login === undefined && refusedForLogin(seen)) {
      return { ...head, status: 'skipped', ...facts, ...client, reason: withoutPassword }
    }
    if (attempt <= options.retries) continue
    const likely = likelyOf(row, subject)
    const absent = likely.length === 0 ? absentOn(row, subject, moved) : undefined
    if (absent !== undefined) return { ...head, status: 'skipped', ...facts, ...client, reason: absent }
    const { out, ...logs } = await ownLines(sandbox, seen.client, 'clientId' in step ? step.clientId : undefined)
    const explained = [...new Set(logs.haproxy.flatMap(explainLogLine))]
    const ends = { ...client, ...(out !== undefined && { out }) }
    return { ...head, status: 'failed', ...facts, ...ends, likely, logs, explained, again: options.again(row) }
  }
}

/** A list, a map or a password file that was not here: what stood in for it may be why a client was refused. */
function absentOn(row: OutcomeRow, { way, again }: Subject, { leftOut }: Relocated): string | undefined {
  if (again.length === 0 || way === undefined || row.expect.outcome === 'refused') return undefined
  const one = leftOut.find(({ reach, instead }) => reach === 'opens a file' && instead !== undefined)
  if (one === undefined) return undefined
  return `could not be tried: ${one.what} (${one.span.file}:${one.span.line}) is not on this machine; --root DIR or --map FROM=TO say where it lies`
}

/** No server of the way in is UP, so no client can be served. */
function nobodyIsUp({ attempt }: OutcomeRow, result: CaseResult | undefined): string | undefined {
  if (attempt.kind !== 'health' || !attempt.all || result?.status !== 'failed') return undefined
  return / is (?:UP|no check)/.test(result.actual ?? '') ? undefined : `no server is UP, see ${result.id}`
}

function needsServer({ attempt, expect }: OutcomeRow): boolean {
  if (attempt.kind === 'configs' || attempt.kind === 'health' || expect.outcome !== 'accepted') return false
  return attempt.kind !== 'connect' || attempt.to === 'frontend'
}

/** What is known of a row before it runs. */
export function headOf(subject: Subject, row: OutcomeRow): Pick<CaseResult, 'id' | 'title' | 'level' | 'requirement'> {
  return { id: `${subject.id}/${row.id}`, title: row.title, level: row.level, requirement: row.requirement }
}
