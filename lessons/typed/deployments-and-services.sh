kubectl create deployment frontend --image=nginx --replicas=3 --port=80
kubectl create deployment backend --image=nginx --replicas=3 --port=80
kubectl expose deployment frontend
kubectl expose deployment backend
cat <<'EOF' | kubectl apply -f -
apiVersion: apps/v1
kind: Deployment
metadata: {name: database}
spec:
  replicas: 3
  selector: {matchLabels: {app: database}}
  template:
    metadata: {labels: {app: database}}
    spec: {containers: [{name: nginx, image: nginx, ports: [{containerPort: 80}, {containerPort: 32000}, {containerPort: 32500}, {containerPort: 32768}]}]}
EOF
kubectl expose deployment database --port=80
== 1
cat <<'EOF' | kubectl apply -f -
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: access-backend-database}
spec:
  podSelector: {matchLabels: {app: database}}
  policyTypes: [Ingress]
  ingress: [{from: [{podSelector: {matchLabels: {app: backend}}}]}]
EOF
== 2
kubectl run newcomer --image=nginx --labels=app=newcomer
== 3
cat <<'EOF' | kubectl apply -f -
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: access-backend-database}
spec:
  podSelector: {matchLabels: {app: database}}
  policyTypes: [Ingress]
  ingress:
  - from: [{podSelector: {matchLabels: {app: backend}}}]
    ports: [{protocol: TCP, port: 32000, endPort: 32768}]
EOF
== 4
