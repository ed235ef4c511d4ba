// Sources with a switch at each expression that can be changed, made by Stryker's instrumenter.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Instrumenter } from '@stryker-mutator/instrumenter'

const quiet = () => undefined
const logger = { isDebugEnabled: () => false, debug: quiet, info: quiet, warn: quiet, error: quiet }

/** Texts are read by people: that a message is another one is not what tests are about. */
const excludedMutations = ['StringLiteral']

/**
 * @param {string} top the project's folder
 * @param {string[]} parts folders and files below `src/`
 * @returns {Promise<{sources: Record<string, string>, mutants: object[]}>} texts by absolute file name; mutants with `id`, `fileName`, `location`, `mutatorName`, `replacement`
 */
export async function instrument(top, parts) {
  const names = new Set(parts.flatMap((part) => sourcesOf(join(top, 'src', part))))
  const files = [...names].sort().map((name) => ({ name, mutate: true, content: readFileSync(name, 'utf8') }))
  const done = await new Instrumenter(logger).instrument(files, { plugins: null, ignorers: [], excludedMutations })
  // The instrumenter tells also what it left out.
  const mutants = done.mutants.filter(({ status }) => status !== 'Ignored')
  return { sources: Object.fromEntries(done.files.map(({ name, content }) => [name, content])), mutants }
}

function sourcesOf(path) {
  if (!statSync(path).isDirectory()) return [path]
  return readdirSync(path, { recursive: true })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(path, name))
}
