kubectl run frontend --image=nginx
kubectl run backend --image=nginx
kubectl expose pod frontend --port=80
kubectl expose pod backend --port=80
cat <<'EOF' | kubectl apply -f -
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: default-deny-policy, namespace: default}
spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
EOF
== 1
cat <<'EOF' | kubectl apply -f -
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: frontend-talk-to-backend, namespace: default}
spec:
  podSelector: {matchLabels: {run: frontend}}
  policyTypes: [Egress]
  egress:
  - to: [{podSelector: {matchLabels: {run: backend}}}]
    ports: [{protocol: TCP, port: 80}]
EOF
cat <<'EOF' | kubectl apply -f -
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: backend-to-frontend, namespace: default}
spec:
  podSelector: {matchLabels: {run: backend}}
  policyTypes: [Ingress]
  ingress:
  - from: [{podSelector: {matchLabels: {run: frontend}}}]
    ports: [{protocol: TCP, port: 80}]
EOF
== 2
kubectl create ns namespace-cassandra
kubectl run cassandra -n namespace-cassandra --image=nginx
kubectl expose pod cassandra -n namespace-cassandra --port=80
cat <<'EOF' | kubectl apply -f -
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: backend-to-cassandra, namespace: default}
spec:
  podSelector: {matchLabels: {run: backend}}
  policyTypes: [Egress]
  egress:
  - to: [{namespaceSelector: {matchLabels: {ns: cassandra}}}]
    ports: [{protocol: TCP, port: 80}]
EOF
== 3
kubectl label ns namespace-cassandra ns=cassandra
== 4
cat <<'EOF' | kubectl apply -f -
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: cassandra-deny-policy, namespace: namespace-cassandra}
spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
EOF
== 5
cat <<'EOF' | kubectl apply -f -
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: backend-to-cassandra, namespace: namespace-cassandra}
spec:
  podSelector: {matchLabels: {run: cassandra}}
  policyTypes: [Ingress]
  ingress: [{from: [{namespaceSelector: {matchLabels: {ns: default}}}]}]
EOF
kubectl label ns default ns=default
== 6
cat <<'EOF' | kubectl apply -f -
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny, namespace: default}
spec:
  podSelector: {}
  policyTypes: [Egress, Ingress]
  egress: [{ports: [{port: 53, protocol: TCP}, {port: 53, protocol: UDP}]}]
EOF
== 7
kubectl create ns app
kubectl run worker -n app --image=nginx
kubectl expose pod worker -n app --port=80
cat <<'EOF' | kubectl apply -f -
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny-out, namespace: app}
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress:
  - to:
    ports: [{protocol: TCP, port: 53}, {protocol: UDP, port: 53}]
EOF
== 8
