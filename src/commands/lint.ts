import { Args, Flags } from '@oclif/core'
import type { LintOptions } from '../actions/lint.js'
import { BaseCommand, exitCodesHelp } from '../base-command.js'
import { EXIT } from '../exit.js'
import { lintFlags, lintOptions } from '../flags/lint.js'

export default class Lint extends BaseCommand {
  static override summary = 'Find what is wrong between haproxy.cfg, the broker configuration and the certificates'
  static override description =
    `The kind of each file is recognised, server lines are paired with listeners by address and port, certificates are
opened, and haproxy -c and Mosquitto's own test are asked where they are found. A folder is one pair; several folders are
several pairs. Put a finding aside with a comment: # mqtt-proxy ignore=MP103 -- reason

${exitCodesHelp}`
  static override examples = [
    '<%= config.bin %> lint haproxy.cfg mosquitto.conf',
    '<%= config.bin %> lint haproxy.cfg mosquitto.conf --diff',
    '<%= config.bin %> lint haproxy.cfg mosquitto.conf --fix',
    '<%= config.bin %> lint haproxy-configs/* --fail-on info',
    '<%= config.bin %> lint --haproxy global.cfg --haproxy mqtt.cfg --broker vernemq.conf --select MP4 --json',
    '<%= config.bin %> lint --explain MP401',
  ]
  static override strict = false
  static override args = { file: Args.string({ description: 'files, folders, or - for stdin' }) }
  static override flags = {
    ...lintFlags,
    fix: Flags.boolean({
      description: 'change the files where a finding has a mechanical fix',
      exclusive: ['diff', 'watch'],
    }),
    diff: Flags.boolean({ description: 'show what --fix would change', exclusive: ['watch'] }),
    explain: Flags.string({ description: 'a rule: what it finds, what happens, how we know', helpValue: 'MPnnn' }),
    watch: Flags.boolean({ description: 'again whenever a file changes, until Ctrl-C' }),
  }

  async run() {
    const { argv, flags } = await this.parse(Lint)
    if (flags.explain !== undefined) return this.explain(flags.explain)
    const { readConfigStdin } = await import('../host/config-files.js')
    const options = lintOptions(argv.map(String), flags, {
      env: (name) => process.env[name],
      stdin: readConfigStdin,
      now: Date.now(),
    })
    if (flags.watch) return this.watch(options)
    if (flags.fix || flags.diff) return this.fix(options, flags.fix)
    return this.lint(options)
  }

  private async explain(code: string) {
    const [{ ruleNamed }, { ruleText }] = await Promise.all([
      import('../lint/explain.js'),
      import('../report/rule-text.js'),
    ])
    const { check: _, ...rule } = ruleNamed(code)
    this.out(ruleText(ruleNamed(code)))
    return { schema: 1, ok: true, rule }
  }

  private async lint(options: LintOptions) {
    const { runLint } = await import('../actions/lint.js')
    const linted = await runLint(options)
    await this.show(linted)
    if (!linted.result.ok) this.exitWith(EXIT.wrong)
    return linted.result
  }

  private async show(linted: import('../actions/lint.js').Linted) {
    const [{ lintText }, { lintPaint }] = await Promise.all([
      import('../report/lint-text.js'),
      import('../report/lint-paint.js'),
    ])
    const { flags } = await this.parse(Lint)
    const colour = process.stdout.isTTY === true && !flags['no-color'] && process.env.NO_COLOR === undefined
    const paint = await lintPaint(colour)
    for (const line of lintText(linted.result, linted.texts, paint)) this.out(line)
    if (flags.verbose) for (const note of linted.result.notes) this.progress(note)
  }

  private async fix(options: LintOptions, write: boolean) {
    const [{ runLint }, { fixFiles }] = await Promise.all([
      import('../actions/lint.js'),
      import('../actions/lint-fix.js'),
    ])
    const before = await runLint(options)
    const fixed = await fixFiles(before, write)
    if (!write) {
      for (const diff of fixed.diffs) this.out(diff.trimEnd())
      if (!before.result.ok) this.exitWith(EXIT.wrong)
      return { ...before.result, fixed }
    }
    for (const one of fixed.applied) this.progress(`${one.at.file}:${one.at.line} ${one.code} fixed: ${one.fix?.text}`)
    return { ...(await this.lint(options)), fixed }
  }

  private async watch(options: LintOptions) {
    const [{ nextChange }, { interrupted }] = await Promise.all([
      import('../host/watch-files.js'),
      import('../host/lifetime.js'),
    ])
    let result = await this.lint(options)
    this.progress('watching, Ctrl-C ends')
    while (await nextChange(result.files, interrupted)) result = await this.lint(options)
    return result
  }
}
