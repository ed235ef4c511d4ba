import { Args, Flags } from '@oclif/core'
import { genLines } from '../../../report/generated.js'
import { loadEngines } from '../../../stories/gen/load/load.js'
import { proxyKinds } from '../../../stories/header/spec.js'
import { exitCodesHelp } from '../../base-command.js'
import { outputFlags } from '../../flags/generate.js'
import { GenerateCommand } from '../../flags/generate-command.js'
import { loadFlags, parseRate } from '../../flags/load.js'
import { parseMilliseconds, parseNetwork } from '../../flags/values.js'

export default class GenLoad extends GenerateCommand {
  static override summary =
    'Write the files that run a load on several machines: Kubernetes, GitHub, GitLab or artillery'
  static override description =
    `kubernetes: an Indexed Job whose pods are shards; github, gitlab: a job for each shard and one that merges their reports; \
artillery: a script, and a package that tells artillery where the engine mqtt-proxy/artillery is (-o names a folder for them).

${exitCodesHelp}`
  static override examples = [
    '<%= config.bin %> gen load mqtts://broker.example --on kubernetes --shards 4 --rate 2000 -t 1m --yes-i-may-test-this-host',
    '<%= config.bin %> gen load mqtts://broker.example --on github --shards 2 --yes-i-may-test-this-host -o .github/workflows/load.yml',
    '<%= config.bin %> gen load 127.0.0.1:1884 --on artillery --measure connections --rate 50 --proxy-protocol v2 -o load',
  ]
  static override args = {
    target: Args.string({ description: '[mqtt|mqtts|ws|wss]://HOST:PORT[/PATH]', required: true }),
  }
  static override baseFlags = {
    ...GenerateCommand.baseFlags,
    // -q is the QoS here, as every MQTT client has it.
    quiet: Flags.boolean({ description: 'only what was asked for and what failed', helpGroup: 'GLOBAL' }),
  }
  static override flags = {
    on: Flags.option({ options: loadEngines })({ description: 'where the load runs', required: true }),
    shards: Flags.integer({
      description: 'number of machines [default: 4; artillery: 1]',
      min: 1,
      max: 200,
      helpValue: 'N',
    }),
    image: Flags.string({
      description: 'container image with Node.js',
      default: 'node:22-bookworm-slim',
      helpValue: 'IMAGE',
    }),
    'proxy-protocol': Flags.option({ options: proxyKinds })({
      description: 'header of each connection; default: v2 with --src, else none',
    }),
    'yes-i-may-test-this-host': Flags.boolean({ description: 'confirm that you may test this non-loopback host' }),
    ...loadFlags,
    ...outputFlags,
  }

  async run() {
    const { args, flags } = await this.parse(GenLoad)
    const [{ genLoad }, { targetFor }, { requireSound }, { parseLoadThresholds }] = await Promise.all([
      import('../../../stories/gen/load/load.js'),
      import('../../../stories/gen/load/job.js'),
      import('../../../bench/workload.js'),
      import('../../../bench/figures.js'),
    ])
    const { src, measure, publishers, subscribers, topics, split, payload } = flags
    const shards = flags.shards ?? (flags.on === 'artillery' ? 1 : 4)
    const network = src === undefined ? undefined : parseNetwork(src)
    if (flags['fail-on'] !== undefined) parseLoadThresholds(flags['fail-on'])
    const qos = flags.qos === 1 ? 1 : flags.qos === 2 ? 2 : 0
    requireSound(
      {
        ...{ measure, publishers, subscribers, topics, split, qos, payload },
        rate: parseRate(flags.rate),
        durationMs: parseMilliseconds(flags.duration),
        rampMs: parseMilliseconds(flags.ramp),
        shard: { index: 1, count: shards },
      },
      network,
    )
    const mayTest = flags['yes-i-may-test-this-host']
    const { rate, duration, ramp } = flags
    const result = await genLoad({
      on: flags.on,
      job: {
        target: targetFor(args.target, mayTest),
        load: {
          ...{ measure, rate, duration, ramp, publishers, subscribers, topics, split, qos, payload, src },
          failOn: flags['fail-on'],
          header: flags['proxy-protocol'] ?? (src === undefined ? 'none' : 'v2'),
        },
        shards,
        mayTest,
        image: flags.image,
      },
      output: flags.output,
      force: flags.force,
      dryRun: flags['dry-run'],
      diff: flags.diff,
    })
    const { out, progress } = genLines(result, flags.quiet)
    this.tell({ out: [...out, ...progress], progress: [] }, result.ok)
    return result
  }
}
