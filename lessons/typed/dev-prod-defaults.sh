kubectl create namespace dev
kubectl create namespace prod
kubectl run devserver-1 -n dev --image=nginx --port=80
kubectl run devserver-2 -n dev --image=nginx --port=80
kubectl -n prod run prodserver-1 --image=nginx --port=80
kubectl -n prod run prodserver-2 --image=nginx --port=80
kubectl get pods -A --show-labels
== 1
cat <<'EOF' | kubectl apply -f -
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: default-deny-ingress, namespace: prod}
spec: {podSelector: {}, policyTypes: [Ingress]}
EOF
== 2
kubectl delete netpol default-deny-ingress -n prod
cat <<'EOF' | kubectl apply -f -
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: default-deny-egress, namespace: prod}
spec: {podSelector: {}, policyTypes: [Egress]}
EOF
== 3
kubectl delete netpol default-deny-egress -n prod
cat <<'EOF' | kubectl apply -f -
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: default-deny-ingress, namespace: prod}
spec: {podSelector: {}, policyTypes: [Ingress]}
EOF
cat <<'EOF' | kubectl apply -f -
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: allow-all-ingress, namespace: prod}
spec: {podSelector: {}, ingress: [{}], policyTypes: [Ingress]}
EOF
== 4
cat <<'EOF' | kubectl apply -f -
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: allow-all-egress, namespace: prod}
spec: {podSelector: {}, egress: [{}], policyTypes: [Egress]}
EOF
== 5
kubectl delete netpol default-deny-ingress -n prod
kubectl delete netpol allow-all-ingress -n prod
kubectl delete netpol allow-all-egress -n prod
cat <<'EOF' | kubectl apply -f -
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: default-deny-all, namespace: prod}
spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
EOF
== 6
kubectl delete netpol default-deny-all -n prod
kubectl create ns data
kubectl label ns data tier=database
kubectl run db -n data --image=nginx --labels=role=db --port=80
kubectl run backup -n data --image=nginx --labels=role=backup --port=80
kubectl run local-db -n prod --image=nginx --labels=role=db --port=80
cat <<'EOF' | kubectl apply -f -
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: from-database, namespace: prod}
spec:
  podSelector: {matchLabels: {run: prodserver-1}}
  policyTypes: [Ingress]
  ingress:
  - from:
    - namespaceSelector: {matchLabels: {tier: database}}
      podSelector: {matchLabels: {role: db}}
EOF
== 7
cat <<'EOF' | kubectl apply -f -
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: from-database, namespace: prod}
spec:
  podSelector: {matchLabels: {run: prodserver-1}}
  policyTypes: [Ingress]
  ingress:
  - from:
    - namespaceSelector: {matchLabels: {tier: database}}
    - podSelector: {matchLabels: {role: db}}
EOF
== 8
kubectl create ns partner
kubectl label ns partner project=myproject
kubectl run client -n partner --image=nginx --labels=app=client
kubectl run redis --image=redis --labels=role=db --port=6379
kubectl run web --image=nginx --labels=role=frontend
cat <<'EOF' | kubectl apply -f -
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: test-network-policy, namespace: default}
spec:
  podSelector: {matchLabels: {role: db}}
  policyTypes: [Ingress, Egress]
  ingress:
  - from:
    - ipBlock: {cidr: 172.17.0.0/16, except: [172.17.1.0/24]}
    - namespaceSelector: {matchLabels: {project: myproject}}
    - podSelector: {matchLabels: {role: frontend}}
    ports: [{protocol: TCP, port: 6379}]
  egress:
  - to: [{ipBlock: {cidr: 10.0.0.0/24}}]
    ports: [{protocol: TCP, port: 5978}]
EOF
== 9
