import type { LineChart } from '../../charts/lineChart.ts';
import { paintLines } from '../../charts/linePainter.ts';
import type { ReportPicture } from './reportDocument.ts';

/** A line chart with the key of its lines above. */
export function linePicture(title: string, chart: LineChart): ReportPicture {
  const size = { width: 720, height: 260 };
  const paint: ReportPicture['paint'] = (context, theme) => {
    const key = { x: 60, height: 22 };
    let { x } = key;
    context.font = `${theme.fontSize - 1}px ${theme.font}`;
    context.textBaseline = 'middle';
    for (const { name, series, dashed } of chart.lines) {
      context.strokeStyle = theme.series[series % theme.series.length] ?? theme.foreground;
      context.lineWidth = 2;
      context.setLineDash(dashed ? [5, 3] : []);
      context.beginPath();
      context.moveTo(x, key.height / 2);
      context.lineTo(x + 22, key.height / 2);
      context.stroke();
      context.setLineDash([]);
      context.fillStyle = theme.foreground;
      context.textAlign = 'left';
      context.fillText(name, x + 28, key.height / 2);
      x += context.measureText(name).width + 48;
    }
    context.translate(0, key.height);
    paintLines(context, chart, { width: size.width, height: size.height - key.height }, theme);
    context.translate(0, -key.height);
  };
  return { type: 'picture', title, ...size, paint };
}
