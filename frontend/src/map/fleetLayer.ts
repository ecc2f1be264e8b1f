import type { CustomLayerInterface, CustomRenderMethodInput, Map as MapLibre } from 'maplibre-gl';
import type { Fleet } from '../live/fleet';
import { SOS } from '../live/protocol';
import { shownNow as serverNow } from '../ui/clock';
import { LOOKS } from '../ui/look';
import { kindAtlas } from './atlas';
import { FleetBuffer, GLIDE, STRIDE } from './fleetBuffer';
import { mercator, metresPerPx, worldPx } from './mercator';
import { UNIT_KINDS } from './marks';
import { CASING, token } from './palette';
import { program } from './shader';

export const FEW_BELOW = 9; // zoom below which units are counted by cell and only few stand alone
const FASTEST = 40; // m/s a unit may be taken to move, for the frame rate
const AGEING = 5000; // ms between frames that only let positions grow old

const clock = () => performance.now() / 1000;
const rgb = (hex: string) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16) / 255);

/** FleetLayer draws all units in one instanced call and glides them from fix to fix on the GPU. */
export class FleetLayer implements CustomLayerInterface {
  readonly id = 'fleet';
  readonly type = 'custom' as const;
  readonly renderingMode = '2d' as const;
  visible = true;
  private selected = -1;
  private map?: MapLibre;
  private gl?: WebGL2RenderingContext;
  private made?: { program: WebGLProgram; vao: WebGLVertexArrayObject; units: WebGLBuffer; at: (name: string) => WebGLUniformLocation | null };
  private room = 0;
  private until = 0;
  private timer = 0;
  private stop?: () => void;
  private readonly buffer: FleetBuffer;
  private readonly fleet: Fleet;
  private readonly radius: number;

  /** radius is that of a unit's circle in CSS pixels. */
  constructor(fleet: Fleet, centre: readonly [number, number], radius: number) {
    this.fleet = fleet;
    this.radius = radius;
    this.buffer = new FleetBuffer(fleet, centre, clock(), serverNow() / 1000);
    this.buffer.take([], clock());
  }

  /** select rings a unit, or none. */
  select(id: string | undefined): void {
    this.selected = (id === undefined ? undefined : this.fleet.slotOf(id)) ?? -1;
    this.map?.triggerRepaint();
  }

  onAdd(map: MapLibre, context: WebGLRenderingContext | WebGL2RenderingContext): void {
    const gl = context as WebGL2RenderingContext;
    this.map = map;
    this.gl = gl;
    this.room = 0;
    const made = program(gl);
    const vao = gl.createVertexArray();
    const units = gl.createBuffer();
    const quad = gl.createBuffer();
    gl.bindVertexArray(vao);
    gl.bindBuffer(gl.ARRAY_BUFFER, quad);
    gl.bufferData(gl.ARRAY_BUFFER, new Float32Array([-1, -1, 1, -1, -1, 1, 1, 1]), gl.STATIC_DRAW);
    this.attribute(gl, made, 'a_q', 2, 0, 0, 0);
    gl.bindBuffer(gl.ARRAY_BUFFER, units);
    this.attribute(gl, made, 'a_from', 2, STRIDE * 4, 0, 1);
    this.attribute(gl, made, 'a_to', 2, STRIDE * 4, 8, 1);
    this.attribute(gl, made, 'a_state', 4, STRIDE * 4, 16, 1);
    gl.bindVertexArray(null);
    gl.useProgram(made);
    const at = (name: string) => gl.getUniformLocation(made, name);
    gl.uniform3fv(at('u_fill'), LOOKS.flatMap((look) => rgb(token(`--st-${look}`))));
    gl.uniform3fv(at('u_dark'), rgb(CASING));
    gl.uniform1f(at('u_kinds'), UNIT_KINDS.length);
    gl.uniform1f(at('u_looks'), LOOKS.length);
    this.texture(gl);
    this.made = { program: made, vao, units, at };
    this.listen(map);
  }

  onRemove(): void {
    clearTimeout(this.timer);
    this.stop?.();
    this.made = this.gl = this.map = undefined;
  }

  render(_: WebGLRenderingContext | WebGL2RenderingContext, input: CustomRenderMethodInput): void {
    const { gl, made, map, buffer } = this;
    if (!gl || !made || !map || !this.visible || !buffer.length) return;
    const canvas = map.getCanvas();
    gl.useProgram(made.program);
    gl.bindVertexArray(made.vao);
    this.upload(gl, made.units);
    const [now, time] = buffer.since(clock(), serverNow() / 1000);
    gl.uniformMatrix4fv(made.at('u_m'), false, this.matrix(input.defaultProjectionData.mainMatrix));
    gl.uniform2f(made.at('u_px'), 2 / canvas.clientWidth, 2 / canvas.clientHeight);
    gl.uniform1f(made.at('u_now'), now);
    gl.uniform1f(made.at('u_time'), time);
    gl.uniform1f(made.at('u_dur'), GLIDE);
    gl.uniform1f(made.at('u_size'), this.radius * (map.getZoom() < 11 ? 0.8 : 1));
    gl.uniform1f(made.at('u_sel'), this.selected);
    gl.uniform1f(made.at('u_few'), map.getZoom() < FEW_BELOW ? 1 : 0);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    gl.disable(gl.DEPTH_TEST);
    gl.disable(gl.STENCIL_TEST);
    gl.disable(gl.CULL_FACE);
    gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, buffer.length);
    gl.bindVertexArray(null);
    this.again();
  }

  /** pick is the id of the unit nearest to a point of the screen, within reach px. */
  pick(point: { x: number; y: number }, reach: number): string | undefined {
    const { map, fleet } = this;
    if (!map || !this.visible) return undefined;
    const few = map.getZoom() < FEW_BELOW;
    const { lng, lat } = map.unproject([point.x, point.y]);
    const [x, y] = mercator(lng, lat);
    const world = worldPx(map.getZoom());
    let best = (reach / world) ** 2;
    let found: string | undefined;
    for (let i = 0; i < fleet.length; i++) {
      const unit = fleet.units[i];
      if (!unit || (few && i !== this.selected && !(fleet.flags[i]! & SOS))) continue;
      const [ux, uy] = mercator(fleet.lon[i]!, fleet.lat[i]!);
      const d = (ux - x) ** 2 + (uy - y) ** 2;
      if (d > best) continue;
      best = d;
      found = unit.id;
    }
    return found;
  }

  private attribute(gl: WebGL2RenderingContext, made: WebGLProgram, name: string, size: number, stride: number, offset: number, divisor: number): void {
    const at = gl.getAttribLocation(made, name);
    gl.enableVertexAttribArray(at);
    gl.vertexAttribPointer(at, size, gl.FLOAT, false, stride, offset);
    gl.vertexAttribDivisor(at, divisor);
  }

  private atlas?: WebGLTexture;
  private texture(gl: WebGL2RenderingContext): void {
    this.atlas = gl.createTexture();
    gl.bindTexture(gl.TEXTURE_2D, this.atlas);
    gl.pixelStorei(gl.UNPACK_FLIP_Y_WEBGL, false);
    gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, false);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, kindAtlas());
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.LINEAR);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.LINEAR_MIPMAP_LINEAR);
    gl.generateMipmap(gl.TEXTURE_2D);
  }

  private upload(gl: WebGL2RenderingContext, units: WebGLBuffer): void {
    const { buffer } = this;
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, this.atlas ?? null);
    gl.bindBuffer(gl.ARRAY_BUFFER, units);
    const [from, to] = buffer.dirty;
    if (this.room !== buffer.data.length) {
      gl.bufferData(gl.ARRAY_BUFFER, buffer.data, gl.DYNAMIC_DRAW);
      this.room = buffer.data.length;
    } else if (to >= from) gl.bufferSubData(gl.ARRAY_BUFFER, from * STRIDE * 4, buffer.data.subarray(from * STRIDE, (to + 1) * STRIDE));
    buffer.dirty = [Infinity, -1];
  }

  /** matrix takes positions relative to the origin to the screen; summed in float64, so that no metre is lost. */
  private matrix(m: ArrayLike<number>): Float32Array {
    const [x, y] = this.buffer.origin;
    const out = Float64Array.from(m);
    for (let i = 0; i < 4; i++) out[12 + i]! += m[i]! * x + m[4 + i]! * y;
    return new Float32Array(out);
  }

  /** repaint asks for a frame, unless the map's workspace is put away. */
  private repaint(map: MapLibre): void {
    if (map.getContainer().isConnected && !document.hidden) map.triggerRepaint();
  }

  private listen(map: MapLibre): void {
    this.stop?.();
    const off = this.fleet.onMove((slots) => {
      this.buffer.take(slots, clock());
      this.until = clock() + GLIDE;
      this.repaint(map);
    });
    const old = setInterval(() => this.repaint(map), AGEING);
    this.stop = () => {
      off();
      clearInterval(old);
    };
  }

  /** again asks for the next frame while something glides, no oftener than it could be seen. */
  private again(): void {
    const { map } = this;
    if (!map || clock() > this.until) return;
    const pxPerSecond = FASTEST / metresPerPx(map.getZoom(), map.getCenter().lat);
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.repaint(map), 1000 / Math.min(30, Math.max(1, 2 * pxPerSecond)));
  }
}
