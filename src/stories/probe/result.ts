import type { CaseGroup, CaseResult, Finding, ProbeSeverity, RunResult } from '../../kernel/result.js'
import { statsOf } from '../../kernel/result.js'
import { formatSocketAddress } from '../../kernel/socket-address.js'
import { formatTarget } from '../../kernel/target.js'
import { rank } from '../../probe/finding.js'
import { findingCodes } from '../../probe/finding-codes.js'
import type { ProbeVerdict } from '../../probe/types.js'
import { fits, tellsNothing, type VerdictKind } from '../../probe/verdict-kinds.js'
import type { Probed, ProbeRun } from './probe.js'

export interface Judging {
  readonly expect: VerdictKind | undefined
  /** Findings of this severity and above fail the run; `undefined`: none does. */
  readonly failOn: ProbeSeverity | undefined
  readonly env: Readonly<Record<string, string>>
}

/** The run as the reporters take it, and what `--json` prints. */
export interface ProbeDocument extends RunResult {
  readonly connections: { readonly count: number; readonly atOnce: number; readonly ms: number }
  readonly through: string | null
  readonly targets: readonly ReturnType<typeof targetDocument>[]
}

/** Known it is too where that was expected. */
function isUnknown(verdict: ProbeVerdict, expect: VerdictKind | undefined): boolean {
  return tellsNothing(verdict.kind) && (expect === undefined || !fits(verdict, expect))
}

export function probeDocument(run: ProbeRun, judging: Judging): ProbeDocument {
  const groups = run.probed.map((one) => groupOf(one, judging))
  const findings = [...run.probed.flatMap((one) => one.findings), ...(run.through?.findings ?? [])]
  const failed = findings.some((one) => fails(one, judging))
  const stats = statsOf(groups, run.ms)
  return {
    schema: 1,
    command: 'probe',
    ok: !failed && stats.failed === 0 && stats.unknown === 0,
    env: judging.env,
    stats,
    groups,
    findings,
    failOn: judging.failOn ?? null,
    connections: { count: run.connections, atOnce: run.atOnce, ms: run.ms },
    through: run.through?.text ?? null,
    targets: run.probed.map(targetDocument),
  }
}

/** What the codes mean, for SARIF and HTML. */
export const ruleTexts = Object.entries(findingCodes).map(([code, { summary, harm, fix }]) => ({
  code,
  summary,
  help: `${harm} ${fix}`,
}))

function fails(finding: Finding, { failOn }: Pick<Judging, 'failOn'>): boolean {
  return failOn !== undefined && finding.severity !== 'WARN' && rank(finding.severity) >= rank(failOn)
}

function groupOf(probed: Probed, judging: Judging): CaseGroup {
  const { verdict, target, findings, ms } = probed
  const id = formatSocketAddress(target)
  const identified: CaseResult = {
    id: `${id}/identified`,
    title: verdict.text,
    status: isUnknown(verdict, judging.expect) ? 'unknown' : 'passed',
    actual: verdict.kind,
    ...(verdict.evidence.length > 0 && { reason: verdict.evidence.join('; ') }),
    durationMs: ms,
    again: `mqtt-proxy probe ${id} -v`,
  }
  const expected: CaseResult[] =
    judging.expect === undefined
      ? []
      : [
          {
            id: `${id}/expected`,
            title: `it is ${judging.expect}`,
            status: fits(verdict, judging.expect)
              ? 'passed'
              : isUnknown(verdict, judging.expect)
                ? 'unknown'
                : 'failed',
            expected: judging.expect,
            actual: verdict.kind,
          },
        ]
  const bad = findings.filter((one) => fails(one, judging))
  const clean: CaseResult = {
    id: `${id}/findings`,
    title: judging.failOn === undefined ? 'findings do not count' : `no finding of ${judging.failOn} or above`,
    status: bad.length > 0 ? 'failed' : isUnknown(verdict, judging.expect) ? 'unknown' : 'passed',
    ...(bad.length > 0 && { actual: bad.map((one) => `${one.code} ${one.message}`).join('; ') }),
  }
  return { id, title: verdict.text, durationMs: ms, cases: [identified, ...expected, clean] }
}

function targetDocument({ target, verdict, attempts, seen, findings, ms }: Probed) {
  return {
    target: formatTarget(target),
    address: formatSocketAddress(target),
    kind: verdict.kind,
    text: verdict.text,
    evidence: verdict.evidence,
    relay: verdict.relay ?? null,
    proxy: verdict.proxy,
    tls: verdict.tls === undefined ? null : { ...verdict.tls, clientCertificate: verdict.clientCertificate },
    mqtt: { versions: verdict.mqtt },
    says: verdict.says,
    trials: seen.map((one) => ({
      id: one.attempt,
      sent: attempts.find(({ id }) => id === one.attempt)?.title ?? one.attempt,
      header: one.header ?? null,
      result: one.outcome,
      stage: one.stage,
      rc: one.connack ?? null,
      ms: one.ms,
      detail: one.detail ?? null,
      received: one.received === undefined ? null : Buffer.from(one.received).toString('hex'),
    })),
    findings: findings.map(({ code, severity, message, fix, evidence }) => ({
      id: code,
      severity,
      message,
      fix: fix?.text ?? null,
      evidence: evidence ?? [],
    })),
    ms,
  }
}

/** `high` as findings write it. */
export function severityOf(word: 'low' | 'medium' | 'high' | 'critical'): ProbeSeverity {
  return ({ low: 'LOW', medium: 'MEDIUM', high: 'HIGH', critical: 'CRITICAL' } as const)[word]
}

export function anyUnknown(run: ProbeRun, expect: VerdictKind | undefined): boolean {
  return run.probed.some((one) => isUnknown(one.verdict, expect))
}

export function anyFails(document: ProbeDocument, failOn: ProbeSeverity | undefined): boolean {
  return document.findings.some((one) => fails(one, { failOn }))
}
