import { join } from 'node:path'
import type { WantedFile } from '../../host/files/generated-files.js'
import { isFolder } from '../../host/files/replace.js'
import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { derive } from '../../scenarios/derive.js'
import type { Derived } from '../../scenarios/derived.js'
import { findScenario } from '../../scenarios/find.js'
import type { FileVerdict, GenResult } from '../../scenarios/generated.js'
import type { DeriveOptions } from '../../scenarios/options.js'
import { haproxyVerdict } from './verdict.js'
import { diffGenerated, writeGenerated } from './write-generated.js'

/** Where the text goes, and what becomes of what is there. */
export interface GenOutput {
  /** `-`: standard output. A folder takes the file under its usual name. */
  readonly output: string
  readonly force: boolean
  readonly dryRun: boolean
  readonly diff: boolean
  /** Ask HAProxy itself. */
  readonly check: boolean
  readonly haproxy?: string
}

/** `gen haproxy`: one file of one HAProxy. */
export async function genHaproxy(
  scenarioText: string,
  options: DeriveOptions,
  role: 'edge' | 'inner' | undefined,
  output: GenOutput,
): Promise<GenResult> {
  const scenario = findScenario(scenarioText)
  const derived = derive(scenario, options)
  const wanted = role === 'inner' ? 'inner' : undefined
  const file = derived.haproxy.find((one) => wanted === undefined || one.role === wanted)
  if (file === undefined || (role === 'edge' && file.role !== 'edge')) {
    throw new Fault('MP-GEN-OPTION', `scenario ${scenario.id} has one HAProxy, no ${role} one`, {
      exit: EXIT.usage,
      hints: ['--role is for chain and ip-acl'],
    })
  }
  refuseCerts(options, derived.certificates.haproxy, `HAProxy ends no TLS in scenario ${scenario.id}`)
  const verdicts = output.check ? [await haproxyVerdict(derived, file, output.haproxy)] : []
  return await deliver(derived, [file], output, verdicts)
}

/** `gen broker`: the files of one broker. */
export async function genBroker(
  scenarioText: string,
  options: DeriveOptions,
  instance: number,
  output: GenOutput,
): Promise<GenResult> {
  const derived = derive(findScenario(scenarioText), options)
  const broker = derived.brokers[instance - 1]
  if (broker === undefined) {
    throw new Fault('MP-GEN-OPTION', `scenario ${derived.scenario.id} has ${derived.brokers.length} broker`, {
      exit: EXIT.usage,
      hints: ['--instance 2 is for sticky'],
    })
  }
  refuseCerts(options, derived.certificates.broker, `the broker ends no TLS in scenario ${derived.scenario.id}`)
  // Standard output and a single file take the file that the broker is started with.
  const files =
    output.output === '-' || !(await isOutputFolder(output.output)) ? broker.files.slice(0, 1) : broker.files
  return await deliver(derived, files, output, [])
}

/** @throws Fault MP-GEN-OPTION (exit 2): the file would not speak of that folder */
function refuseCerts({ certs }: DeriveOptions, speaksOfThem: boolean, why: string): void {
  if (certs === undefined || speaksOfThem) return
  throw new Fault('MP-GEN-OPTION', `--certs: ${why}, its file names no certificates`, {
    exit: EXIT.usage,
    hints: ['leave it out; it is for the program that ends TLS'],
  })
}

async function deliver(
  derived: Derived,
  files: readonly { readonly name: string; readonly text: string }[],
  output: GenOutput,
  verdicts: readonly FileVerdict[],
): Promise<GenResult> {
  const ok = verdicts.every((one) => one.status !== 'refused')
  const result: GenResult = { schema: 1, ok, scenario: derived.scenario.id, files: [], written: [], verdicts }
  const named = files.map(({ name, text }) => ({ name, text }))
  if (output.output === '-') {
    if (!output.diff && !output.dryRun) return { ...result, files: named }
    throw new Fault('MP-GEN-OPTION', 'there is nothing to compare standard output with', {
      exit: EXIT.usage,
      hints: ['name the file or folder with -o'],
    })
  }
  const folder = await isOutputFolder(output.output)
  const wanted: WantedFile[] = named.map(({ name, text }) => ({
    path: folder ? join(output.output, name) : output.output,
    text,
  }))
  if (output.diff) {
    const diff = await diffGenerated(wanted)
    return { ...result, ok: ok && diff === '', diff }
  }
  return { ...result, written: await writeGenerated(wanted, output) }
}

async function isOutputFolder(output: string): Promise<boolean> {
  return output.endsWith('/') || (await isFolder(output))
}
