import { Args, Flags } from '@oclif/core'
import { Fault, formatPlace } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import type { LintOptions } from '../../stories/lint/lint.js'
import { BaseCommand, exitCodesHelp, type VolumeFlags } from '../base-command.js'
import { lintFlags, lintOptions } from '../flags/lint.js'
import { markFlags } from '../flags/marks.js'
import { reporterFlag } from '../flags/reporter.js'

interface ShownFlags extends VolumeFlags {
  readonly quiet: boolean
  readonly reporter?: string[] | undefined
}

export default class Lint extends BaseCommand {
  static override summary = 'Find what is wrong between haproxy.cfg, the broker configuration and the certificates'
  static override description =
    `It detects the kind of each file, pairs server lines with listeners by address and port, opens certificates, and runs \
haproxy -c and Mosquitto's own test where they are installed. A folder is one pair; several folders are \
several pairs. Suppress a finding with a comment: # mqtt-proxy ignore=MP103 -- reason

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
    ...markFlags,
    ...lintFlags,
    fix: Flags.boolean({
      description: 'apply the automatic fixes to the files',
      exclusive: ['diff', 'watch'],
    }),
    diff: Flags.boolean({ description: 'show what --fix would change', exclusive: ['watch', 'reporter'] }),
    explain: Flags.string({
      description: 'explain a rule: what it finds, what happens, and how that is known',
      helpValue: 'MPnnn',
      exclusive: ['reporter'],
    }),
    reporter: reporterFlag,
    watch: Flags.boolean({ description: 're-run when a file changes, until Ctrl-C' }),
  }

  async run() {
    const { argv, flags } = await this.parse(Lint)
    if (flags.explain !== undefined) return this.explain(flags.explain)
    const { readConfigStdin } = await import('../../host/files/config-files.js')
    const options = lintOptions(argv.map(String), flags, {
      env: (name) => process.env[name],
      stdin: readConfigStdin,
      now: Date.now(),
    })
    if (flags.watch) return this.watch(options, flags)
    if (flags.fix || flags.diff) return this.fix(options, flags, flags.fix)
    return this.lint(options, flags)
  }

  private async explain(code: string) {
    const [{ ruleNamed }, { ruleText }] = await Promise.all([
      import('../../lint/explain.js'),
      import('../../report/rule-text.js'),
    ])
    const { check: _, ...rule } = ruleNamed(code)
    this.out(ruleText(ruleNamed(code)))
    return { schema: 1, ok: true, rule }
  }

  private async lint(options: LintOptions, shown: ShownFlags) {
    const [{ runLint }, { lintText }, { lintRules }] = await Promise.all([
      import('../../stories/lint/lint.js'),
      import('../../report/lint-text.js'),
      import('../../lint/rules.js'),
    ])
    const [report, style] = await Promise.all([this.openReports(shown.reporter, shown), this.style(shown)])
    const { result, texts } = await runLint(options)
    await report(result, {
      rules: lintRules.map((one) => ({ code: one.code, summary: one.summary, help: `${one.harm} ${one.fix}` })),
      text: () => lintText(result, texts, { style, quiet: shown.quiet }),
    })
    if (shown.verbose) for (const note of result.notes) this.progress(note)
    if (!result.ok) this.exitWith(EXIT.wrong)
    return result
  }

  private async fix(options: LintOptions, shown: ShownFlags, write: boolean) {
    const [{ runLint }, { fixFiles }] = await Promise.all([
      import('../../stories/lint/lint.js'),
      import('../../stories/lint/fix.js'),
    ])
    const before = await runLint(options)
    const fixed = await fixFiles(before, write)
    if (!write) {
      for (const diff of fixed.diffs) this.outVerbatim(diff.trimEnd())
      if (!before.result.ok) this.exitWith(EXIT.wrong)
      return { ...before.result, fixed }
    }
    for (const one of fixed.held)
      this.progress(`${one.at.file}:${one.at.line} ${one.code} not fixed: a real program refuses the fixed files`)
    for (const one of fixed.applied) this.progress(`${one.at.file}:${one.at.line} ${one.code} fixed: ${one.fix?.text}`)
    return { ...(await this.lint(options, shown)), fixed }
  }

  /** Every look at the files is a document of its own under `--json`: a stream, until Ctrl-C. */
  private async watch(options: LintOptions, shown: ShownFlags): Promise<undefined> {
    this.streams = true
    const [{ FileWatch }, { interrupted }] = await Promise.all([
      import('../../host/files/watch-files.js'),
      import('../../host/process/lifetime.js'),
    ])
    const first = await this.lint(options, shown)
    const files = new FileWatch(first.files)
    if (this.jsonEnabled()) this.logJson(first)
    this.progress('watching, Ctrl-C ends')
    while (await files.next(interrupted)) {
      try {
        const result = await this.lint(options, shown)
        files.watch(result.files)
        if (this.jsonEnabled()) this.logJson(result)
      } catch (error) {
        // Half an edit: said, and waited for the other half.
        if (!(error instanceof Fault)) throw error
        if (this.jsonEnabled()) this.logJson(this.toErrorJson(error))
        this.progress(`${error.at ? `${formatPlace(error.at)}: ` : ''}${error.message}`)
      }
    }
  }
}
