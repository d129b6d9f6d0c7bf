import type { Builder } from '@grafana/grafana-foundation-sdk/cog'
import {
  FrameGeometrySourceBuilder,
  FrameGeometrySourceMode,
  MapLayerOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common'
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard'
import {
  ControlsOptionsBuilder,
  MapCenterID,
  MapViewConfigBuilder,
  PanelBuilder as GeomapBuilder,
  TooltipMode,
  TooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/geomap'
import { byThreshold, type Step, thresholdsOf } from './looks.ts'
import { described, type PanelText } from './panels.ts'

/** How rows are drawn: as marks of a size and a colour, or as a line from one to the next. */
export type MapText = PanelText &
  Readonly<{
    steps: readonly Step[]
    /** The column that gives marks their size. */
    size: string
    /** The column that gives them their colour. */
    color: string
    route?: true
  }>

/** Rows with the columns `latitude` and `longitude` on a map of the world. */
export function map(text: MapText): Builder<Panel> {
  const marks = layer('markers', 'Places', {
    showLegend: false,
    style: {
      size: { field: text.size, fixed: 6, min: 5, max: 20 },
      color: { field: text.color, fixed: 'blue' },
      opacity: 0.7,
      symbol: { mode: 'fixed', fixed: 'img/icons/marker/circle.svg' },
    },
  })
  const way = layer('route', 'Way', { style: { color: { fixed: 'red' }, opacity: 0.8, lineWidth: 2 }, arrow: 1 })
  return described(new GeomapBuilder(), text)
    .thresholds(thresholdsOf(text.steps))
    .colorScheme(byThreshold)
    .view(new MapViewConfigBuilder().id(MapCenterID.Fit).allLayers(true).lat(20).lon(0).zoom(2).maxZoom(6).padding(10))
    .controls(new ControlsOptionsBuilder().showZoom(true).mouseWheelZoom(false).showAttribution(true))
    .basemap(new MapLayerOptionsBuilder().type('default').name('World').config({}))
    .layers(text.route === true ? [way, marks] : [marks])
    .tooltip(new TooltipOptionsBuilder().mode(TooltipMode.Details))
}

function layer(type: string, name: string, config: object): MapLayerOptionsBuilder {
  const location = new FrameGeometrySourceBuilder()
    .mode(FrameGeometrySourceMode.Coords)
    .latitude('latitude')
    .longitude('longitude')
  return new MapLayerOptionsBuilder().type(type).name(name).config(config).location(location).tooltip(true)
}
