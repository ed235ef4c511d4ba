import { Args } from '@oclif/core'
import { EXIT } from '../../kernel/exit.js'
import { BaseCommand, exitCodesHelp } from '../base-command.js'
import { markFlags } from '../flags/marks.js'
import { reporterFlag } from '../flags/reporter.js'

export default class MergeReports extends BaseCommand {
  static override summary = 'Merge the JSON reports of several runs into one: shards, versions, machines'
  static override description = `Exits with 0 when all runs were ok, else with 1. Shards of a load (bench --shard) \
become the load that one run would have been: histograms are merged without loss. A recorded benchmark (npm run bench -- \
--json FILE) can be merged too: the HTML report draws its latencies.

${exitCodesHelp}`
  static override examples = [
    '<%= config.bin %> merge-reports shard-1.json shard-2.json',
    '<%= config.bin %> merge-reports reports/*.json --reporter html=report.html --reporter junit=report.xml',
    '<%= config.bin %> merge-reports reports/*.json --json > all.json',
  ]
  static override strict = false
  static override args = { file: Args.string({ description: 'JSON reports (--reporter json=FILE)', required: true }) }
  static override flags = { ...markFlags, reporter: reporterFlag }

  async run() {
    const { argv, flags } = await this.parse(MergeReports)
    const { mergeReports } = await import('../../stories/reports/merge.js')
    const result = await mergeReports(argv.map(String))
    const report = await this.openReports(flags.reporter, flags)
    if (result.groups.some(({ load }) => load !== undefined)) {
      const { renderBench } = await import('../../report/bench.js')
      const style = await this.style(flags)
      await report(result, { text: (one) => renderBench(one, style, flags.quiet === true) })
    } else await report(result)
    this.exitWith(result.ok ? EXIT.ok : EXIT.wrong)
    return result
  }
}
