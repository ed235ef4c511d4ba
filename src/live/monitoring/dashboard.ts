import { changesCounter, gauges } from '../watch/metrics.js'

interface Place {
  readonly x: number
  readonly y: number
  readonly w: number
  readonly h: number
}

/** A Grafana dashboard for what `watch` measures; one panel a metric, on whichever Prometheus is chosen. */
export function dashboard() {
  const help = (name: string) => gauges.find((one) => one.name === name)?.help ?? ''
  const panels = [
    stat(1, 'Answers MQTT', help('mqtt_proxy_up'), 'mqtt_proxy_up', '{{target}}', { x: 0, y: 0, w: 8, h: 6 }),
    stat(2, 'Frontend and broker fit', help('mqtt_proxy_fits'), 'mqtt_proxy_fits', '{{target}}', {
      x: 8,
      y: 0,
      w: 8,
      h: 6,
    }),
    stat(3, 'Address of clients is right', help('mqtt_proxy_address_right'), 'mqtt_proxy_address_right', '{{target}}', {
      x: 16,
      y: 0,
      w: 8,
      h: 6,
    }),
    lines(
      4,
      'Connect time',
      help('mqtt_proxy_connect_seconds'),
      'mqtt_proxy_connect_seconds',
      '{{target}} {{side}}',
      's',
      {
        x: 0,
        y: 6,
        w: 16,
        h: 8,
      },
    ),
    stat(5, 'Forged header trusted', help('mqtt_proxy_spoofable'), 'mqtt_proxy_spoofable', '{{target}} {{side}}', {
      x: 16,
      y: 6,
      w: 8,
      h: 8,
    }),
    lines(
      6,
      'Certificate, days left',
      help('mqtt_proxy_certificate_days'),
      'mqtt_proxy_certificate_days',
      '{{target}}',
      'd',
      {
        x: 0,
        y: 14,
        w: 12,
        h: 8,
      },
    ),
    lines(7, 'Changes', changesCounter.help, `increase(${changesCounter.name}[1h])`, '{{target}} {{what}}', 'short', {
      x: 12,
      y: 14,
      w: 12,
      h: 8,
    }),
  ]
  return {
    uid: 'mqtt-proxy-watch',
    title: 'MQTT behind HAProxy',
    tags: ['mqtt', 'haproxy'],
    timezone: 'browser',
    schemaVersion: 39,
    refresh: '1m',
    time: { from: 'now-6h', to: 'now' },
    templating: { list: [{ name: 'datasource', type: 'datasource', query: 'prometheus', label: 'Prometheus' }] },
    panels,
  }
}

const datasource = { type: 'prometheus', uid: '${datasource}' }

function panel(id: number, type: string, title: string, description: string, gridPos: Place) {
  return { id, type, title, description, gridPos, datasource }
}

function query(expr: string, legendFormat: string) {
  return [{ refId: 'A', datasource, expr, legendFormat }]
}

function stat(id: number, title: string, description: string, expr: string, legend: string, at: Place) {
  return {
    ...panel(id, 'stat', title, description, at),
    targets: query(expr, legend),
    options: { reduceOptions: { calcs: ['lastNotNull'] }, textMode: 'value_and_name' },
    fieldConfig: {
      defaults: {
        mappings: [{ type: 'value', options: { 0: { text: 'no' }, 1: { text: 'yes' } } }],
      },
      overrides: [],
    },
  }
}

function lines(id: number, title: string, description: string, expr: string, legend: string, unit: string, at: Place) {
  return {
    ...panel(id, 'timeseries', title, description, at),
    targets: query(expr, legend),
    fieldConfig: { defaults: { unit }, overrides: [] },
  }
}
