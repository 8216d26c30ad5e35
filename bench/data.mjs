function seeded(seed) {
  let state = seed;
  return () => {
    state = state + 1831565813 | 0;
    let t = Math.imul(state ^ state >>> 15, 1 | state);
    t = t + Math.imul(t ^ t >>> 7, 61 | t) ^ t;
    return ((t ^ t >>> 14) >>> 0) / 4294967296;
  };
}
const LEVELS = ["OK", "INFO", "WARNING", "CRITICAL"];
function makePoints(count = 1e3, hosts = 100) {
  const random = seeded(7);
  return Array.from({ length: count }, (_, i) => {
    const host = `web-${i % hosts}`;
    const time = new Date(17e11 + i * 10);
    switch (i % 4) {
      case 0:
        return {
          name: "cpu",
          tags: { host, cpu: `cpu${i % 8}` },
          fields: { idle_usage: random() * 100, usage_user: random() * 100 },
          time
        };
      case 1:
        return {
          name: "cpu",
          tags: { dc: "eu-west", host },
          fields: { usage_user: random() * 100, idle_usage: random() * 100, cores: 8n },
          time
        };
      case 2:
        return {
          name: "cpu",
          tags: { cpu: "cpu-total", rack: `r${i % 40}`, host },
          fields: { usage_system: random(), usage_user: random() * 100, idle_usage: random() * 100 },
          time
        };
      default:
        return {
          name: "cpu",
          tags: { host },
          fields: { idle_usage: random() * 100, usage_user: random() * 100, note: "steady", up: true },
          time
        };
    }
  });
}
function makeEvents(count = 1e3, ids = 200) {
  const random = seeded(11);
  return makePoints(count).map((point, i) => {
    const level = LEVELS[Math.floor(random() * 4)] ?? "OK";
    return {
      topic: "cpu",
      id: `cpu:host=web-${i % ids}`,
      level,
      previousLevel: LEVELS[Math.floor(random() * 4)] ?? "OK",
      message: `web-${i % ids} is ${level}`,
      details: "",
      time: point.time,
      duration: Math.floor(random() * 6e5),
      recoverable: true,
      noExternal: false,
      name: point.name,
      taskName: `task-${i % 3}`,
      group: `host=web-${i % ids}`,
      category: "",
      tags: point.tags ?? {},
      fields: point.fields,
      series: null
    };
  });
}
export {
  makeEvents,
  makePoints,
  seeded
};
