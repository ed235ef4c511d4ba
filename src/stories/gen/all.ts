import { isAbsolute, join } from 'node:path'
import type { BrokerKind } from '../../brokers/index.js'
import type { WantedFile } from '../../host/files/generated-files.js'
import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { derive } from '../../scenarios/derive.js'
import type { Derived } from '../../scenarios/derived.js'
import { findScenario } from '../../scenarios/find.js'
import type { AllResult, DescribedFile, FileVerdict } from '../../scenarios/generated.js'
import type { DeriveOptions } from '../../scenarios/options.js'
import { type CertsOptions, keepOrGenCerts } from './certs.js'
import { nextSteps } from './next.js'
import type { GenOutput } from './pair.js'
import { verdictInPlace } from './verdict.js'
import { diffGenerated, writeGenerated } from './write-generated.js'

/** `gen all`: HAProxy, brokers and certificates of a scenario in one folder. */
export async function genAll(
  scenarioText: string,
  options: DeriveOptions,
  brokers: readonly BrokerKind[],
  certs: CertsOptions | undefined,
  output: GenOutput,
): Promise<AllResult> {
  const scenario = findScenario(scenarioText)
  const all = brokers.map((broker) => derive(scenario, { ...options, broker }))
  const first = all[0]
  if (first === undefined) throw new Error('no broker')
  const folder = output.output
  if (folder === '-') {
    throw new Fault('MP-GEN-OPTION', 'gen all writes several files, which standard output cannot hold', {
      exit: EXIT.usage,
      hints: [`name a folder: -o ./lab`, `for one file: mqtt-proxy gen haproxy ${scenario.id}`],
    })
  }
  refuseUseless(first, certs)
  const wanted = filesOf(folder, first, all)
  const result = { schema: 1 as const, ok: true, scenario: scenario.id, folder, verdicts: [] }
  if (output.diff) {
    const diff = await diffGenerated(wanted)
    return { ...result, ok: diff === '', files: [], diff }
  }
  const needed = first.certificates.haproxy || first.certificates.broker
  // The text files first: when they must not be replaced, no certificate is made either.
  const written: DescribedFile[] = [...(await writeGenerated(wanted, output))]
  if (needed && certs !== undefined) written.push(...(await certificates(folder, first, certs, output)))
  const verdicts = output.check && !output.dryRun ? await verdictsOf(folder, first, output.haproxy) : []
  const { certs: place } = first.options
  const notes =
    needed && certs !== undefined && isAbsolute(place)
      ? [`${place}: certificates are taken from there, none were made`]
      : []
  const next = await nextSteps(folder, all, output.haproxy)
  return { ...result, ok: verdicts.every((one) => one.status !== 'refused'), files: written, verdicts, notes, next }
}

/** @throws Fault MP-GEN-OPTION (exit 2) for certificate options that the scenario has no use for */
export function refuseUseless(derived: Derived, certs: CertsOptions | undefined): void {
  const { haproxy, broker, clientCa } = derived.certificates
  const useless =
    !clientCa && certs?.bad !== undefined
      ? '--bad'
      : !clientCa && certs?.clientCns !== undefined
        ? '--client-cn'
        : !haproxy && !broker && certs?.san !== undefined
          ? '--san'
          : undefined
  if (useless === undefined) return
  const what = useless === '--san' ? 'certificates' : 'client certificates'
  throw new Fault('MP-GEN-OPTION', `${useless}: scenario ${derived.scenario.id} has no ${what}`, {
    exit: EXIT.usage,
    hints: ['leave it out', 'mqtt-proxy gen certs makes a complete set on its own'],
  })
}

function filesOf(folder: string, first: Derived, all: readonly Derived[]): WantedFile[] {
  const files = [...first.haproxy, ...all.flatMap((one) => one.brokers.flatMap((broker) => broker.files))]
  const byName = new Map(files.map((file) => [file.name, file.text]))
  return [...byName].map(([name, text]) => ({ path: join(folder, name), text }))
}

async function certificates(
  folder: string,
  derived: Derived,
  certs: CertsOptions,
  output: GenOutput,
): Promise<readonly DescribedFile[]> {
  const { certs: name } = derived.options
  if (isAbsolute(name)) return []
  return (await keepOrGenCerts(join(folder, name), certs, output, derived.certificates)).files
}

async function verdictsOf(folder: string, derived: Derived, chosen: string | undefined): Promise<FileVerdict[]> {
  const verdicts: FileVerdict[] = []
  for (const file of derived.haproxy) verdicts.push(await verdictInPlace(file.name, join(folder, file.name), chosen))
  return verdicts
}
