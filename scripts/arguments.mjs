import { parseArgs } from 'node:util'

/**
 * The arguments of a script: `--help` says how it is called and ends it with 0; what it does not know, or `wrong` objects
 * to, ends it with 2.
 * @param {string} usage how it is called
 * @param {{options?: import('node:util').ParseArgsConfig['options'], most?: number, args?: readonly string[], wrong?: (given: {values: object, positionals: string[]}) => string | undefined}} more
 *   `most`: how many words it takes beside its options
 */
export function argumentsOf(usage, { options = {}, most = 0, args = process.argv.slice(2), wrong } = {}) {
  if (args.includes('--help')) {
    console.log(`usage: ${usage}`)
    process.exit(0)
  }
  try {
    const given = parseArgs({ args: [...args], options, allowPositionals: most > 0 })
    const extra = given.positionals.slice(most)
    const problem = extra.length > 0 ? `unexpected: ${extra.join(' ')}` : wrong?.(given)
    if (problem !== undefined) throw new Error(problem)
    return given
  } catch (error) {
    console.error(`${error.message.split('. To specify')[0]}\nusage: ${usage}`)
    process.exit(2)
  }
}

/** Whether a text is a whole number, at least `least`. */
export function isCount(text, least = 0) {
  return /^\d{1,15}$/.test(text) && Number(text) >= least
}
