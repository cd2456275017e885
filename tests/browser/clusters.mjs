// Clusters as large as wanted.

/** A Deployment whose pods listen on TCP 8080. */
export const workload = (namespace, name) => `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: ${namespace}}
spec:
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}, tier: ${name.startsWith("a") ? "front" : "back"}}}
    spec: {containers: [{name: main, image: nginx, ports: [{containerPort: 8080}]}]}
`;

/** So many namespaces of so many workloads. */
export function cluster(namespaces, each) {
  const documents = [];
  for (let space = 0; space < namespaces; space += 1) {
    for (let at = 0; at < each; at += 1) documents.push(workload(`team-${space}`, `${"ab"[at % 2]}pp-${at}`));
  }
  return documents.join("---\n");
}
