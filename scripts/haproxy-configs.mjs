// Writes haproxy-configs/ from the table of scenarios. Run after `npm run build`; a test fails when it was forgotten.
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { committedFiles } from '../dist/scenarios/committed.js'
import { argumentsOf } from './arguments.mjs'

argumentsOf('node scripts/haproxy-configs.mjs')

const folder = join(import.meta.dirname, '..', 'haproxy-configs')
await rm(folder, { recursive: true, force: true })
for (const [path, text] of committedFiles()) {
  const file = join(folder, path)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, text)
}
