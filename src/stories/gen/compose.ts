import { join } from 'node:path'
import type { WantedFile } from '../../host/files/generated-files.js'
import { runProgram } from '../../host/process/run-program.js'
import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { loopbackNames } from '../../scenarios/certificates.js'
import { composeProject } from '../../scenarios/compose.js'
import { findScenario } from '../../scenarios/find.js'
import type { AllResult, DescribedFile, FileVerdict } from '../../scenarios/generated.js'
import { validCn } from '../../scenarios/names.js'
import type { DeriveOptions } from '../../scenarios/options.js'
import { refuseUseless } from './all.js'
import { type CertsOptions, keepOrGenCerts } from './certs.js'
import type { GenOutput } from './pair.js'
import { diffGenerated, writeGenerated } from './write-generated.js'

/** Strings that YAML 1.1 would take for numbers are quoted, lines are not folded. */
const yamlOptions = { version: '1.1', lineWidth: 0 } as const

/**
 * `gen compose`: HAProxy, broker and a check as services, with their files and certificates in one folder.
 * @throws Fault as `gen all`
 */
export async function genCompose(
  scenarioText: string,
  options: DeriveOptions,
  certs: CertsOptions,
  output: GenOutput,
): Promise<AllResult> {
  const scenario = findScenario(scenarioText)
  const folder = output.output
  if (folder === '-') {
    throw new Fault('MP-GEN-OPTION', 'gen compose writes several files, which standard output cannot hold', {
      exit: EXIT.usage,
      hints: ['name a folder: -o ./lab'],
    })
  }
  const project = composeProject(scenario, options, {
    package: 'mqtt-proxy',
    clientCn: certs.clientCns?.[0] ?? validCn,
  })
  const { stringify } = await import('yaml')
  const yaml = [...project.notes.map((note) => `# ${note}`), stringify(project.compose, yamlOptions)].join('\n')
  const files = [...project.derived.haproxy, ...project.derived.brokers.flatMap((one) => one.files)]
  const byName = new Map([['compose.yaml', yaml], ...files.map((file): [string, string] => [file.name, file.text])])
  const wanted: WantedFile[] = [...byName].map(([name, text]) => ({ path: join(folder, name), text }))
  const result = { schema: 1 as const, ok: true, scenario: scenario.id, folder, verdicts: [] }
  const needs = project.derived.certificates
  refuseUseless(project.derived, certs)
  if (output.diff) {
    const diff = await diffGenerated(wanted)
    return { ...result, ok: diff === '', files: [], diff }
  }
  const written: DescribedFile[] = [...(await writeGenerated(wanted, output))]
  if (needs.haproxy) {
    const san = certs.san ?? [...loopbackNames, ...project.san]
    written.push(...(await keepOrGenCerts(join(folder, 'certs'), { ...certs, san }, output, needs)).files)
  }
  const verdicts = output.check && !output.dryRun ? [await composeVerdict(join(folder, 'compose.yaml'))] : []
  return { ...result, ok: verdicts.every((one) => one.status !== 'refused'), files: written, verdicts }
}

/** Asks the compose client (`docker compose config`), where there is one. */
async function composeVerdict(path: string): Promise<FileVerdict> {
  const clients: [string, string[]][] = [
    ['docker', ['compose']],
    ['docker-compose', []],
  ]
  for (const [program, args] of clients) {
    const by = [program, ...args].join(' ')
    const there = await runProgram(program, [...args, 'version'], {}).catch(() => undefined)
    if (there?.code !== 0) continue
    const { code, stderr } = await runProgram(
      program,
      [...args, '-f', path, '--profile', 'check', 'config', '--quiet'],
      {},
    )
    const status = code === 0 ? ('accepted' as const) : ('refused' as const)
    return { file: 'compose.yaml', status, by, messages: code === 0 ? [] : stderr.trim().split('\n') }
  }
  return {
    file: 'compose.yaml',
    status: 'not checked',
    messages: ['no compose client found (docker compose, docker-compose)'],
  }
}
