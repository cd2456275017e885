kubectl create ns frontend-tier
kubectl create ns backend-tier
kubectl create ns database-tier
kubectl create ns other
kubectl label ns frontend-tier tier=frontend
kubectl label ns backend-tier tier=backend
kubectl label ns database-tier tier=database
kubectl create deployment frontend -n frontend-tier --image=nginx --replicas=2 --port=80
kubectl create deployment backend -n backend-tier --image=nginx --replicas=2 --port=80
kubectl create deployment database -n database-tier --image=nginx --port=80
kubectl scale deployment database -n database-tier --replicas=2
kubectl expose deployment backend -n backend-tier --port=80
kubectl expose deploy/database -n database-tier
cat <<'EOF' | kubectl apply -f -
apiVersion: v1
kind: Service
metadata: {name: frontend, namespace: frontend-tier}
spec: {type: LoadBalancer, externalTrafficPolicy: Local, selector: {app: frontend}, ports: [{port: 80, targetPort: 80}]}
status: {loadBalancer: {ingress: [{ip: 203.0.113.10}]}}
EOF
kubectl run attacker -n other --image=nginx --port=80
kubectl get deploy,svc -A
== 1
cat <<'EOF' | kubectl apply -f -
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: default-deny-all, namespace: database-tier}
spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
EOF
== 2
cat <<'EOF' | kubectl apply -f -
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: allow-from-backend, namespace: database-tier}
spec:
  podSelector: {}
  policyTypes: [Ingress]
  ingress: [{from: [{namespaceSelector: {matchLabels: {tier: backend}}}]}]
EOF
== 3
cat <<'EOF' | kubectl apply -f -
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: default-deny-all, namespace: backend-tier}
spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
EOF
== 4
cat <<'EOF' | kubectl apply -f -
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: allow-to-database, namespace: backend-tier}
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress:
  - to: [{namespaceSelector: {matchLabels: {tier: database}}}]
  - to:
    - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}
      podSelector: {matchLabels: {k8s-app: kube-dns}}
    ports: [{protocol: UDP, port: 53}, {protocol: TCP, port: 53}]
EOF
== 5
cat <<'EOF' | kubectl apply -f -
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: allow-from-frontend, namespace: backend-tier}
spec:
  podSelector: {}
  policyTypes: [Ingress]
  ingress: [{from: [{namespaceSelector: {matchLabels: {tier: frontend}}}]}]
EOF
== 6
cat <<'EOF' | kubectl apply -f -
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: default-deny-all, namespace: frontend-tier}
spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
EOF
== 7
cat <<'EOF' | kubectl apply -f -
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: allow-to-backend, namespace: frontend-tier}
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress:
  - to: [{namespaceSelector: {matchLabels: {tier: backend}}}]
  - to:
    - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}
      podSelector: {matchLabels: {k8s-app: kube-dns}}
    ports: [{protocol: UDP, port: 53}, {protocol: TCP, port: 53}]
EOF
== 8
cat <<'EOF' | kubectl apply -f -
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: allow-from-internet, namespace: frontend-tier}
spec:
  podSelector: {}
  policyTypes: [Ingress]
  ingress:
  - from: [{ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16]}}]
EOF
== 9
