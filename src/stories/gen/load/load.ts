import { join } from 'node:path'
import { Fault } from '../../../kernel/errors.js'
import { EXIT } from '../../../kernel/exit.js'
import type { GenResult } from '../../../scenarios/generated.js'
import { diffGenerated, writeGenerated } from '../write-generated.js'
import { artilleryFiles } from './artillery.js'
import { githubWorkflow, gitlabPipeline } from './ci.js'
import type { LoadJob } from './job.js'
import { kubernetesJob } from './kubernetes.js'

export const loadEngines = ['kubernetes', 'github', 'gitlab', 'artillery'] as const
export type LoadEngine = (typeof loadEngines)[number]

const fileNames: Readonly<Record<Exclude<LoadEngine, 'artillery'>, string>> = {
  kubernetes: 'load-job.yaml',
  github: '.github/workflows/load.yml',
  gitlab: '.gitlab-ci.yml',
}

export interface GenLoadRequest {
  readonly on: LoadEngine
  readonly job: LoadJob
  /** `-`: standard output. */
  readonly output: string
  readonly force: boolean
  readonly dryRun: boolean
  readonly diff: boolean
}

/**
 * Files by which another engine runs a load. Same input, same bytes.
 * @throws Fault MP-GEN-OPTION, MP-GEN-EXISTS (exit 2), MP-WRITE (exit 3)
 */
export async function genLoad({ on, job, output, force, dryRun, diff }: GenLoadRequest): Promise<GenResult> {
  const files = await renderLoad(on, job)
  const result = { schema: 1, ok: true, scenario: '', files: [], written: [], verdicts: [] } as const
  const [only, ...more] = files
  if (output === '-') {
    if (more.length === 0 && only !== undefined) return { ...result, files: [only] }
    throw new Fault('MP-GEN-OPTION', `${on} needs several files`, {
      exit: EXIT.usage,
      hints: ['name a folder for them: -o load'],
    })
  }
  const folder = more.length > 0 || output.endsWith('/')
  const wanted = files.map(({ name, text }) => ({ path: folder ? join(output, name) : output, text }))
  if (diff) {
    const text = await diffGenerated(wanted)
    return { ...result, ok: text === '', diff: text }
  }
  return { ...result, written: await writeGenerated(wanted, { force, dryRun }) }
}

export async function renderLoad(on: LoadEngine, job: LoadJob): Promise<{ name: string; text: string }[]> {
  const { stringify } = await import('yaml')
  const yaml = (value: unknown) => stringify(value, { lineWidth: 0, aliasDuplicateObjects: false })
  const head = `# Made by: mqtt-proxy gen load --on ${on}\n`
  switch (on) {
    case 'kubernetes': {
      const { document, notes } = kubernetesJob(job)
      const said = notes.map((note) => `# ${note}\n`).join('')
      return [{ name: fileNames.kubernetes, text: `${head}${said}${yaml(document)}` }]
    }
    case 'github':
      return [{ name: fileNames.github, text: head + yaml(githubWorkflow(job)) }]
    case 'gitlab':
      return [{ name: fileNames.gitlab, text: head + yaml(gitlabPipeline(job)) }]
    case 'artillery':
      return artilleryFiles(job).map(({ name, value }) => ({ name, text: textOf(name, value, head, yaml) }))
  }
}

function textOf(name: string, value: unknown, head: string, yaml: (value: unknown) => string): string {
  if (typeof value === 'string') return value
  return name.endsWith('.json') ? `${JSON.stringify(value, undefined, 2)}\n` : head + yaml(value)
}
