/** Vertices: one quad an instance, moved from its last to its newest position on the GPU. */
export const VERTEX = `#version 300 es
uniform mat4 u_m; uniform vec2 u_px; uniform float u_now, u_dur, u_size, u_sel, u_time, u_few, u_looks;
in vec2 a_q; in vec2 a_from; in vec2 a_to; in vec4 a_state;
out vec2 v_q; flat out float v_kind, v_look, v_heading, v_age, v_sel;
void main() {
  float cell = a_state.z;
  v_kind = floor(cell / u_looks); v_look = cell - v_kind * u_looks;
  v_sel = u_sel == float(gl_InstanceID) ? 1. : 0.;
  float help = v_look == u_looks - 1. ? 1. : 0.;
  v_heading = a_state.x; v_age = u_time - a_state.w; v_q = a_q * 1.7;
  if (cell < 0. || (u_few > .5 && v_sel + help == 0.)) { gl_Position = vec4(2., 2., 2., 1.); return; }
  float t = clamp((u_now - a_state.y) / u_dur, 0., 1.);
  gl_Position = u_m * vec4(mix(a_from, a_to, t), 0., 1.);
  float s = u_size * 1.7 * (1. + .3 * v_sel + .5 * help);
  gl_Position.xy += a_q * s * u_px * gl_Position.w;
}`;

/** Fragments: casing, fill by status, kind mark from the atlas, beak by heading, rings; in units of the circle's radius. */
export const FRAGMENT = `#version 300 es
precision highp float;
uniform sampler2D u_atlas; uniform vec3 u_fill[7]; uniform vec3 u_dark; uniform float u_kinds;
in vec2 v_q; flat in float v_kind, v_look, v_heading, v_age, v_sel; out vec4 o;
float inside(float d, float w) { return 1. - smoothstep(-w, w, d); }
vec4 over(vec4 a, vec4 b) { return a + b * (1. - a.a); }
float beak(vec2 p, float tip, float slope) {
  vec2 dir = vec2(sin(radians(v_heading)), cos(radians(v_heading)));
  float along = dot(p, dir), across = abs(p.x * dir.y - p.y * dir.x);
  return max(across - (tip - along) * slope, .5 - along);
}
void main() {
  float r = length(v_q), w = fwidth(r) * .75;
  vec3 fill = u_fill[int(v_look)];
  bool hollow = v_age > 600., oos = v_look == 5.;
  float body = r - 1., core = r - .8;
  if (v_heading >= 0. && !hollow) { body = min(body, beak(v_q, 1.62, .8)); core = min(core, beak(v_q, 1.4, .75)); }
  vec2 uv = v_q / .68 * .5 + .5;
  float mark = 0.;
  if (uv.x > 0. && uv.x < 1. && uv.y > 0. && uv.y < 1.) mark = texture(u_atlas, vec2((uv.x + v_kind) / u_kinds, 1. - uv.y)).a;
  float c = inside(body, w);
  if (oos) c *= inside(r - .82, w) + (1. - inside(r - .82, w)) * step(0., sin(atan(v_q.y, v_q.x) * 8.));
  vec4 dark = vec4(u_dark, 1.) * c;
  vec4 colour;
  if (hollow) {
    float line = inside(abs(r - .82) - .1, w);
    colour = over(vec4(fill, 1.) * max(line, mark * .9), dark * .8);
  } else {
    colour = over(vec4(u_dark, 1.) * mark, over(vec4(fill, 1.) * inside(core, w), dark));
    if (v_age > 60.) colour *= .5;
  }
  if (v_look == 6.) colour = over(colour, vec4(u_fill[6], 1.) * inside(abs(r - 1.28) - .09, w));
  if (v_sel > .5) colour = over(vec4(1.) * inside(abs(r - 1.45) - .09, w), over(colour, vec4(u_dark, 1.) * inside(abs(r - 1.45) - .2, w)));
  if (colour.a < .02) discard;
  o = colour;
}`;

/** program compiles the fleet's shaders; it throws what the compiler said. */
export function program(gl: WebGL2RenderingContext): WebGLProgram {
  const made = gl.createProgram();
  for (const [type, source] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]] as const) {
    const shader = gl.createShader(type);
    if (!shader) throw new Error('the graphics context is lost');
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS)) throw new Error(`fleet shader: ${gl.getShaderInfoLog(shader)}`);
    gl.attachShader(made, shader);
  }
  gl.linkProgram(made);
  if (!gl.getProgramParameter(made, gl.LINK_STATUS)) throw new Error(`fleet program: ${gl.getProgramInfoLog(made)}`);
  return made;
}
