import tests.engine.test_matchers_agree as t, collections
from certclinic.engine.match import run as r
C=collections.Counter()
def run(base,facts,m=None):
    o=r(base,facts,m)
    if m: 
        C['ex']+=1; C['fired']+=bool(o.firings); C['firings']+=len(o.firings)
        C['contains']+=any(b for ru in base.rules.values() for br in ru.branches for b in br.patterns+br.absences for tt,_ in b.joins if tt.op=='contains')
        used={f.rule for f in o.firings}
        C['contains_fired']+=any(True for u in used for br in base.rules[u].branches for b in br.patterns for tt,_ in b.joins if tt.op=='contains')
        C['none_fired']+=any(br.absences for u in used for br in base.rules[u].branches)
        C['count_fired']+=any(br.counts for u in used for br in base.rules[u].branches)
    return o
t.run=run
def test_x(make_rules):
    t.import_durable(); t.durable_matcher._ask=t._in_child
    t.test_matchers_agree(make_rules)
    print(C)
