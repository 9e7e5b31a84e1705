"""The rules by which a line of a page is told from prose: a table of regular expressions by reason.

A rule must match a whole line, without its bullet, ignoring case; runs of white space count as one space.
Rules are conservative: prose that merely speaks of photographs, cookies or newsletters must stay, so a rule
asks for the form that pages give such lines, mostly a label at the start or a missing full stop at the end.
A new rule for lines that end as sentences do needs a word of ``CUES``.
"""

# Parts of rules. ``(?-i:…)`` minds the case, where a name must look like one.
_REST = r"(?!.*[a-z]{2}[.!]$).*"  # anything that does not end as a sentence does
_NAME = r"(?-i:[A-Z0-9@(©“\"'][^\s]*|of|by|via|for|from|the|and|in|de|la|van|von|bin|al|/|-|–|&|\||,)"
_NAMES = rf"{_NAME}(?: {_NAME}){{0,11}}"
_URL = r"(?:https?://|www\.)\S+|[\w.-]+\.[a-z]{2,4}/\S+"
_SITE = (
    r"(?:facebook|twitter|x|instagram|whatsapp|telegram|linkedin|youtube|tiktok|threads|reddit|pinterest"
    r"|messenger|flipboard|google news|social media|e-?mail|copy link|print)"
)
_DATE = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
    r"|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?"
    r"|\d{4}-\d\d-\d\d(?:t[\d:.]+z?)?|\d{1,2}[/.]\d{1,2}[/.]\d{2,4}"
)
_CLOCK = (
    r"\d{1,2}[:.]\d\d(?::\d\d)?(?: ?[ap]\.?m\.?)?|\d{1,2} ?[ap]\.?m\.?"
    r"|gmt|utc|[ecmp][sd]?t|bst|ist|cest|cet|eet|jst|kst|msk|local time|uk(?: time)?"
)
_POSTED = r"(?:first |last |originally |web |live )?(?:date|filed|published|updated?|modified|posted|issued|created)(?: on| at)?"
_PERSON = r"(?-i:[A-Z][\w.'’-]+(?: (?:[A-Z][\w.'’-]*|al|bin|de|van|von)){1,3})"
_PLACE_NAME = r"(?-i:[A-Z][\w.'’-]+(?: [A-Z][\w.'’-]+){0,2})"
_WHEN = rf"(?:(?:{_POSTED}|{_DATE}|{_CLOCK}|\d{{1,4}}(?:st|nd|rd|th|(?!\d))|\d+[ -]min(?:ute)?s? read|at|on|of|[–—|/,:.•·()-]) ?)+"
_PLACE = r"(?-i:[A-Z][\w.'’ -]{1,30}(?:, [A-Z][\w. ]{1,20})?)"
_AGENCY = (
    r"(?-i:REUTERS?|Reuters?|AFP|AP|EPA|EPA-EFE|TASS|Tass|Xinhua|XINHUA|Yonhap|KCNA|UPI|DPA|dpa|Interfax|PTI"
    r"|ANI|IANS|Bloomberg|Anadolu|IRNA|Ukrinform|Kyodo)"
)
_LIBRARY = (
    r"(?:getty(?: images)?|afp|reuters|ap(?: photo)?|epa(?:-efe)?|shutterstock|istock(?:photo)?|alamy|sipa"
    r"|zuma(?: press)?|bloomberg|anadolu(?: agency)?|tass|xinhua|picture alliance|pool|dpa|wikimedia(?: commons)?)"
)
_PICTURE = r"(?:photo(?:graph|graphy)?|image|picture|illustration|graphic|pic|video|collage|screenshot)s?"
_STORY = r"(?:report|story|article|piece|post|interview|copy|page|text|column|transcript|translation)"
_SPEAKS = r"(?!.* (?:said|says|told|asked|warned|added|joked)\b)"
_US = r"(?-i:[Uu]s|(?<=[A-Z] )US)"  # the newsroom; US is a country
_ROLE = r"(?:correspondent|reporter|writer|editor|columnist|bureau|bureaux|desk|staff|newsroom|team|agenc(?:y|ie))s?"
_BEAT = (
    r"(?:staff|senior|chief|special|our|news|political|diplomatic|defen[cs]e|foreign|world|national|international"
    r"|security|military|business|economics|technology|science|health|sports|city|web|online|monitoring|regional"
    r"|parliamentary|white house|pentagon|europe|asia|africa|middle east)"
)

RULES: dict[str, tuple[str, ...]] = {
    "related-link": (
        r"(?:read|see|watch|listen|view)(?: it)? also\b.*",
        r"also (?:read|see|watch)\b.*",
        r"(?:read|see|show|view|load|discover) (?:more|all|next|full (?:story|article))(?: (?:here|stories))? ?(?:[:|>→»…].*|\.{3})?",
        rf"(?:read|learn|find out|see|get) more (?:on|about|at|from|here)\b{_REST}",
        rf"(?:more|related|watch|listen|read|read next|up next|next|explainer|in pictures|in photos|gallery|video|audio|podcast|webinar|quiz|trending) ?[:|>»] ?\S{_REST}",
        rf"(?:must read|don['’]t miss|go deeper|recommended|further reading|background reading) ?[:|>»] ?\S{_REST}",
        r"(?:(?:related|recommended|suggested|further|more|latest|top|popular|trending|similar|other|market) )+(?:articles?|stor(?:y|ies)|topics?|links?|news|videos?|reading|internet links|content|coverage|headlines|posts|on this story|on this topic|like this|for you)(?: from .{2,40})?:?",
        r"more (?:from|on) (?:this|the|our) \w+",
        rf"more (?:from|on|in) {_NAMES}(?<![.!?])",
        r"(?:(?:related|relevant|recommended|most|more|previous|other|top) )+(?:articles?|stor(?:y|ies)|links|coverage|slideshow|reading|read|viewed|on this (?:story|topic)) ?[:|] ?\S.{1,200}",
        r"(?:sister|external|related|useful) links|sources|references|(?:audios?|photos|videos)(?: and \w+)? on th(?:e|is) (?:topic|story)",
        r"(?:see|turn to|continued on) (?:\S+ ){0,4}(?:page )?[a-z]?\d+[a-z]?",
        r"(?:lire aussi|lea también|leia também|leggi anche|lesen sie auch|mehr zum thema|czytaj także|čítajte aj|читайте также|baca juga)\b.*",
        r"you (?:may|might)(?: also)? (?:like|be interested in|enjoy|have missed)\b.{0,80}",
        r"(?:most|editor['’]s|editors['’]) (?:read|popular|viewed|watched|shared|commented|picks?|choice).{0,30}",
        r"(?:keep|continue) reading\b.{0,80}",
        r"(?:click|tap) here\b.{0,160}",
        r"(?:follow|find|see) (?:more of )?(?:our|all|more|ap['’]s|the ap['’]s)\b.{0,80}\b(?:coverage|stories).*|follow (?:\S+ )?coverage of .{2,80} on our .*",
        r"(?:list \d+ of \d+|list of \d+ items|end of list)\b.{0,200}",
        rf"(?=.*/)(?:.{{2,90}}[:–-] ?)?(?:{_URL})",
    ),
    "share-prompt": (
        rf"(?:share|print|save|tweet|gift|bookmark|like)(?: (?:this|post|page|link|story|article|full article|on|via|with|by|options|button|now|and|or|share|save|bookmark|a|with friends|{_SITE}))* ?[:.!]?(?: ?(?:{_URL}))?",
        r"share ?[:|].{0,80}",
        r"(?:[\d.,]+k? )?shares?",
        rf"{_SITE}(?:[ ,|/•·]+(?:and )?(?:{_SITE}|link|share|line))+",
        rf"(?:read or share|click to share|share) this\b.{{0,40}}?:? ?(?:{_URL})?",
        rf"(?:follow|like|join|find|connect with|reach|contact|subscribe to) (?:{_US}|me|him|her|them|the author|\S+(?: \S+){{0,6}}),? (?:on|via|at) (?:our )?(?:{_SITE}|@)\b.{{0,120}}",
        r"follow @\w+.{0,80}|(?:on )?(?:twitter|x|telegram|instagram):? @\w+",
        r"about sharing|share close panel|gift article|give this article|link copied!?|save for later|reuse this content",
        r"save articles to read later.{0,80}|listen to (?:this )?(?:story|article)\b.{0,40}|add .{2,30} on google",
        rf"(?:please )?(?:support|donate to|become a (?:patron|member|supporter) of)\b(?!.* (?:said|says|told)\b).{{0,60}}\b(?:{_US}|our work|our journalism|our newsroom|independent journalism|patrons?)\b.{{0,120}}",
        r"(?:(?:if you|have you|found|spotted|see) .{0,20}(?:error|mistake|typo)).{0,200}",
        r"(?:do you have|got|have) (?:a|any) (?:news |story )?(?:tip|story to tell|tips)\b.{0,200}",
        r"(?:get in touch|are you (?:personally )?affected|send us your)\b.{0,240}",
        rf"(?:bookmark|follow|find|join|like|e-?mail|text|call|visit|tell) {_US}\b{_SPEAKS}{_REST}",
        rf"follow {_NAMES} on \S.{{1,40}} for (?:more|updates|alerts|the latest)\b{_REST}",
        # a question to readers and what they should do about it
        rf"[^?]{{8,90}}+\?{_SPEAKS} (?:please )?(?:(?:share|send|text) (?:it|{_US}|your)|(?:tell|email|call|write to|contact|join|message) {_US}|let {_US} know|get in touch|subscribe|sign up|click here)\b.{{0,120}}",
        r"(?:get involved|feedback|contact us|your views|write to us|contact the (?:writer|author|reporter|newsroom)) ?[:–-] ?.{2,120}",
        r"(?:vote|poll|bet)(?: now)? ?: (?=.*(?:\?|\b(?:text|get|click)\b)).{4,120}",
        r"(?:partager|compartir|compartilhar|teilen|condividi|udostępnij|zdieľať|поделиться|paylaş)(?: .{2,40})?",
    ),
    "advertisement": (
        r"(?:story continues below )?advert(?:isement|ising|orial)?s?(?: \d+)?",
        r"advertisement[ .:|-]+(?:skip|story|continue|scroll|article|remove|-).{0,60}",
        r"ad feedback|sponsored(?: content| message| links?)?|sponsored by .{2,40}|paid (?:content|post)|ads by .{2,20}",
        r"promoted(?: content| stories)?|sponsor message|partner content",
        r"this ad(?:vertisement)? has not loaded.*|article content(?: continued)?|remove ads\b.{0,40}",
        r"(?:for )?(?:subscribers?|members?|premium)(?: |-)(?:only|exclusive|content)|exclusive (?:to|for) (?:our )?subscribers",
        r"(?:paywall ?: )?you(?: have|['’]ve) (?:read|used|reached|viewed) .{0,40}\bfree (?:articles?|stor(?:y|ies)|limit)\b.{0,80}",
        r"anzeige|werbung|publicidade?|publicité|pubblicità|reklama?|реклама|iklan",
        r"(?:the |this )?(?:article|story|content|post) continues (?:below|after).{0,60}",
        r"already (?:a|have an?) (?:subscriber|member|account|subscription).{0,160}",
        r"(?:to continue reading|to read the full|(?:register|log ?in|sign ?in) (?:now|to|for free|here)\b|unlock (?:this|the full))(?!.* (?:said|says)\b).{0,160}",
        r"(?:create (?:a free|an) account|start your (?:free )?trial|you have reached your .{0,20}limit).{0,160}",
        rf"this {_STORY} is (?:only )?(?:available )?(?:for|to) (?:our )?(?:paying |premium )?(?:subscribers|members).*",
        r"(?:download|get|install|try) (?:our|the|it in the)\b.{0,60}\bapps?\b.{0,100}",
    ),
    "newsletter": (
        r"sign ?up(?: now| today| here)?[.!]?",
        r"sign ?up\b(?=.*\b(?:newsletters?|here|inbox|e-?mails?|alerts?|briefings?|daily|weekly)\b).{0,240}",
        r"subscribed?(?: (?:now|today|here|for free))?[.!]?|manage newsletters?|newsletters?",
        r"subscribe (?:to|for|and|now|on)\b(?!.* (?:said|says)\b).{0,240}",
        r"(?:get|receive)\b(?=.*\b(?:(?:to|in|into|via) your (?:inbox|phone|e-?mail)|newsletters?|news alerts)\b).{0,260}",
        r"(?:get|stay) (?:the latest|up to date|informed)\b(?=.*\b(?:updates|exclusive|news(?:letter)?|stories|alerts)\b)(?!.* (?:said|says|told|will|would)\b).{0,200}",
        rf"by (?:signing up|subscribing|submitting|entering your|providing your|registering|clicking)\b(?=.*\b(?:you|your|i agree|i accept|e-?mails?|newsletters?)\b){_SPEAKS}.{{0,300}}",
        r"(?:free |our |the )?(?:daily|weekly|morning|evening)(?: \w+)? (?:newsletters?|briefing|digest)(?: (?:receive|get|sign|straight|in your)\b.{0,120})?",
        r"(?:i )?agree to receive .{0,200}|opt[- ]out at any time\.?|you understand that you can.{0,160}",
        r"you can (?:unsubscribe|opt[- ]out)\b.{0,120}|unsubscribe at any time.{0,60}",
        r"you['’](?:ve|re) (?:successfully |now )?subscribed\b.{0,80}",
        r"thank(?:s| you) for (?:subscribing|signing up|registering).{0,80}",
        r"(?:please )?enter (?:a valid|your) e-?mail.{0,80}|your e-?mail address.{0,80}",
        r"keep up with (?:this story|the latest|our)\b.{0,60}(?:subscrib|newsletter|sign|follow).{0,80}",
        r"(?:a|your) (?:daily|weekly) (?:summary|round-?up|digest|briefing|guide) (?:of|to)\b.{0,120}",
        r"(?:after|skip past) newsletter promotion",
        r"get (?:the|our)\b(?=.*\b(?:e-?mail|newsletter|alerts)\b)(?!.*[a-z]{2}[.!]$).{4,120}",
    ),
    "credit": (
        rf"(?:file |illustrative |cover |stock )?{_PICTURE}(?:,? (?:credits?|sources?|courtesy|copyright|provided|by|via|from|of))* ?[:|,©/] ?(?!.*image caption){_NAMES}[.)]?",
        rf"(?:{_PICTURE}|image) (?:credit|source|courtesy|copyright|provided|by)(?: (?:by|of))? (?!.*image caption){_NAMES}[.)]?",
        rf"{_PICTURE} ?[:/] (?:our |the )?(?:staff|press service|press office|handout|file|archives?|courtesy|supplied|screen ?grab|official)\b{_REST}",
        rf"{_PICTURE} ?: .{{2,200}}[(\[][^()]{{0,40}}\b{_PICTURE}[)\]]",
        r"(?:credit|source|sources)\b ?(?:[:|]|\.\.\.) ?\S+(?: \S+){0,7}(?<![a-z]{3}[.!?])",
        rf"[(\[](?:{_PICTURE}|credit|source)(?: (?:by|courtesy|credit|source))? ?[:/].{{2,80}}[)\]]",
        rf"(?:file|illustrative|archive|representational) {_PICTURE}[.)]?",
        rf"[(\[]?{_AGENCY}(?: photo)?(?: via [\w ]+)? ?/ ?(?-i:[A-Z]).{{1,80}}",
        rf"\(?{_NAMES} ?[/|,(—–-] ?(?:for )?{_LIBRARY}(?: ?[/,|] ?[\w /-]{{0,40}})?\)?\.?",
        rf"(?=[\w -]+\()(?:[\w-]+ ){{0,4}}[\w-]* ?\({_LIBRARY}(?: ?/.{{0,40}})?\)",
        r"\(.{0,20}\d\) (?:ap|afp|reuters|cnn|bbc)",
        r"(?:hide|toggle|show) caption|enlarge this image|view image in fullscreen|open image in gallery|view gallery",
        r"(?=.*licensing rights).{0,100}\b(?:acquire|purchase) licensing rights.{0,40}",
        r"(?:photo )?(?:gallery|slideshow)(?: \(.{1,20}\))?|(?:image|item|photo) \d+ of \d+\b.{0,30}|\d+ (?:photos|images)",
        r"[(\[]?with (?:additional )?(?:agency |agencies|wire )?(?:inputs?|reporting|files)?(?: (?:from|by) .{2,80})?[)\]]?(?<!^with)",
        r"[(\[]?(?:additional |writing and |further )?(?:reporting|writing|editing|edited|compiled|translated|reported|graphics?|production|photography|fact-checked)(?: and (?:writing|editing|reporting))? by:? (?-i:[A-Z]).{1,250}",
        r"[(\[](?:additional |live |further )?(?:reporting|writing|editing|edited|compiled|translated)(?: and \w+)? (?:by|from|in|at) .{2,250}[)\]]",
        rf"(?:additional |live )?(?:reporting|reported|editing|edited|compiled|written|produced) (?:by|from) (?:the|our|staff|bureaux|correspondents|reporters|agencies)\b{_REST}",
        rf"an earlier version of (?:this|the) {_STORY}\b.*|(?:correction|clarification)s?(?: \(.{{2,40}}\))? ?[:–—-] .*",
        r"[(\[]?(?:unofficial |machine |official )?translat(?:ion|ed)(?:(?: from| by|:).{2,80})?[)\]]?(?<![a-z]{3}\.)",
        r"(?:foto|fotos|fuente|fonte|quelle|źródło|zdroj|источник|фото|redakcia|autor) ?: .{2,80}",
        rf"(?:editor|writer|reporter|author|correspondent|translator|producer|edited|reporting|editing)s? ?[:|] {_NAMES}(?<![a-z]{{3}}\.)",
        rf"(?=.* contributed )(?!.*\b(?:he|she|they|who|that)\b).{{2,200}} (?:also )?contributed (?:to (?:this|the) {_STORY}|(?:to )?reporting)(?:,? (?:from|in|which)\b.{{1,80}})?[ .)]*(?:-rrb-)?",
        rf"[(\[]?this {_STORY}(?: is| was| has been| has not been| draws| first| originally)?\b.{{0,40}}\b(?:published|based|edited|produced|created|updated|amended|corrected|translated|adapted|appeared|syndicated|republished|generated|written)\b.{{0,200}}",
        rf"a version of this {_STORY}\b.{{0,160}}|about the (?:author|writer|reporter)s?|our standards:.{{0,120}}",
        r"editor['’]?s['’]? note ?[:.–—-] .*",
    ),
    "byline": (
        rf"(?:(?:exclusive|analysis|report|story|words|opinion|commentary|text)(?: story| report)?:? )?by:? (?!(?:{_DATE})\b){_NAME}(?:(?: ?[|,•·–-] ?| ){_NAME}){{0,60}}+(?<![a-z]{{3}}\.)",
        r"(?:(?:e-?mail|contact|write to):? )?[\w.+-]+@[\w-]+\.[\w.]+(?:[,;|]? @\w+)?|(?:tel|phone|fax)\b\.? ?:? ?[+\d(][\d ()/-]{5,30}",
        rf"(?:by|from) {_SPEAKS}(?:.{{2,60}} )?{_ROLE}(?:(?:,| and| in| with| for) .{{2,60}})?(?<![.!?])",
        rf"(?:{_PERSON} in {_PLACE_NAME}(?:, and |, |; | and )){{1,5}}{_PERSON} in {_PLACE_NAME}|from {_PERSON} in {_PLACE_NAME}",
        rf"(?!.{{51}}){_NAMES} (?-i:staff|(?:News|World|Web|Foreign|Monitoring|City|National|Press) (?:Desk|Bureau|Service|Agency|Wire))",
        rf"(?!.{{71}})(?:{_PERSON} ?[,/|•–-] ?)?(?:{_BEAT} )?{_BEAT} (?:\w+ )?{_ROLE}(?:,? (?:in|and|with|for) .{{2,40}})?(?<!\.)",
        r"the (?:author|writer|columnist) is (?:an? |the )?(?:\w+ ){0,3}(?:professor|director|fellow|editor|columnist|ambassador|lecturer|analyst|journalist|commentator)\b.{0,200}",
        r"(?-i:[A-Z][\w.'’-]+(?: [A-Z][\w.'’-]+){1,3}), (?-i:(?:[A-Z][\w.-]+ ){0,4})(?:news|reporter|correspondent|staff writer|bureau chief|associated press|reuters|afp)(?: in (?-i:[A-Z]\w+))?",
    ),
    "timestamp": (
        rf"(?!.{{91}})(?=\D*\d)(?=.*(?:\b(?:{_DATE})|:\d\d|\bgmt\b)){_WHEN}",
        rf"(?!.{{91}})(?=[^|•·–—]*+[|•·–—])(?=\D*\d){_WHEN}(?<=[|•·–—] )(?-i:[A-Z]).{{2,40}}(?<![.!?])",
        rf"{_POSTED} ?[:|]? ?(?=.*\d)(?=.*(?:\b(?:{_DATE})|:\d\d|ago\b)).{{2,60}}(?<![a-z]{{3}}\.)",
        r"(?:(?:published|updated|posted|reading time) ?:? )?(?:about |an? |\d+ ?)(?:seconds?|minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?) ago(?: ?[|•·-] ?.{0,40})?",
        r"(?:reading time|read time):? .{1,20}|listen|(?:listen )?\d+[ -]?min(?:ute)?s?(?: read| listen)?",
        r"all times (?:are |in )?[a-z]{2,4}\.?",
    ),
    "dateline": (
        rf"(?!.{{71}}){_PLACE}[,.] (?:(?:{_DATE}) \d{{1,2}}|\d{{1,2}} (?:{_DATE}))(?:,? \d{{4}})?[.,]?(?: ?[(/][\w .,-]{{2,30}}[)/])?[ –—.:-]*",
        rf"(?!.{{71}})(?=.*+(?<=[–—:-])){_PLACE} ?(?:[(/][\w .-]{{2,30}}[)/] ?[–—:-]+|[–—-]+)",
        rf"(?!.{{71}})(?=[^(|:•·]*+[(|:•·])(?=\D*\d){_PLACE_NAME} ?[(|:•·] ?(?=.*\b(?:{_DATE})){_WHEN}",
        rf"(?!.{{71}}){_PLACE} [(/]{_AGENCY}[)/]",
    ),
    "cookie-notice": (
        r"(?:we(?: and our (?:\d+ )?partners)?|(?:this|our|the) (?:web)?site) (?:uses?|stores?)(?: \w+){0,3} cookies(?:[.,]| (?:and|to|on|for|or)\b).*",
        r"(?:accept|reject|allow|manage|decline) (?:all|cookies?|preferences|settings|all cookies|cookie settings)(?: and (?:continue|close))?[.!]?",
        r"cookie (?:policy|settings|notice|preferences)\b.{0,60}",
        rf"by (?:continuing|using|browsing)\b(?=.*\b(?:(?:this|our) (?:web)?site|cookies|you (?:agree|accept|consent))\b){_SPEAKS}.{{0,300}}",
        r"(?:this (?:content|video|post) (?:is (?:hosted|provided) by|can ?not be (?:played|displayed))|to (?:view|play) this (?:content|video|post)).{0,300}",
        r"(?:please )?(?:enable javascript|use (?:a )?chrome browser|your browser does not support).{0,300}",
    ),
    "copyright": (
        r"(?:©|copyright|\(c\)(?= ?\d{4})) ?(?=.*(?:\d{4}|©|\(c\)|rights|inc\b|ltd|llc))(?!.* (?:said|says|was|were)\b).{2,300}",
        r"(?=.*rights reserved)(?:.*\W)?all rights reserved\b.{0,200}",
        rf"(?:©|copyright (?:by|of|held|reserved)\b){_REST}",
        r"th(?:is|e) (?:page|archive|article|story|text|item|site)(?: is| was| has been)(?: now| an?)? (?:archived?|digiti[sz]ed|scanned|no longer (?:being )?(?:updated|editable))\b.{0,200}",
        r"(?:re)?printed (?:with|by) permission\b.{0,100}|disclaimer ?: .*|not for (?:publication|republication|broadcast)\b.{0,80}",
        r"from (?:the|our) (?:archives?|files)(?: ?[:|–-] .{2,80})?|archived? (?:copy|version|from the original)\b.{0,80}",
        rf"(?:this material|no part of this|reproduction|any use of (?:(?:the|this|our|its|these|\S+['’]s) )?(?:site )?(?:materials?|content|information|texts?|articles?|stories)|while citing|when citing|republication of)\b(?=.*\b(?:only|published|reproduced|prohibited|permission|permitted|mandatory)\b){_SPEAKS}.*",
        r"(?=.*trademark).*\b(?:is|are) (?:a )?(?:registered )?trademarks?\b.*",
        r"(?=.*licensors).* (?:and|or|and/or) its licensors\b.*",
        rf"(?:most |all |some )?(?:(?:stock |market )?quotes?|(?:stock|market|stock quote) data|fair value|(?:market )?holidays(?: and trading hours)?|us market indices)\b{_SPEAKS}.{{0,40}}\b(?:provided by|delayed|in real[- ]time)\b.{{0,160}}",
        rf"data (?:is |are )?(?:provided by {_NAMES}|(?:in real[- ]time|delayed)\b{_SPEAKS}.{{0,160}})",
        r"us market indices are shown\b.*",
        r"powered (?:and implemented )?by .{2,60}|(?:legal statement|terms (?:of|and) (?:use|service|conditions)|privacy (?:policy|notice))(?: ?[:|.,].{0,120})?",
        r".{2,40} is not responsible for the content of external sites.*",
        r"(?-i:An? [A-Z]\w+(?: [A-Z]\w+\.?){0,3} (?:Company|Publication))\.?",
    ),
    "navigation": (
        r"(?:skip|jump|back|return|scroll)(?: (?:to|down|past|for|the|main|content|navigation|top|next|section|footer|homepage|home|carousel|page|menu|more))+",
        r"(?:home|menu|search|log ?in|sign ?in|log ?out|my account|contact us|about us|loading\.*|close|site map|help|faq|rss)",
        r"(?:next|previous)(?: (?:article|story|page|post))?|(?:toggle|open|close) menu|show (?:more|less|all)|page \d+ of \d+",
        r"(?:end|top|start) of (?:article|page|content|story)|it indicates an expandable section.*|press enter to .*",
        r"(?=[^>»›|]*+[>»›|])(?:[>»›|]++ ?)?[^\s>»›|]++(?: [^\s>»›|]++){0,3}(?: ?[>»›|]++ ?[^\s>»›|]++(?: [^\s>»›|]++){0,3}){2,}(?: ?[>»›|]++)?(?<![.!?])",
        # "Travel | Baltic": names of sections; three parts need not be names
        rf"(?=[^|•·]*+[|•·]){_NAME}(?: {_NAME}){{0,3}} ?[|•·] ?{_NAME}(?: {_NAME}){{0,3}}(?<![.!?])",
        r"(?!.{201})(?=[^|•·]*+[|•·])[^|•·]{2,82}+(?:[|•·][^|•·]{2,82}+){2,}+(?<!\.)",
    ),
    "media-player": (
        r"media playback is .*|media (?:caption|error)\b.*",
        r"(?:play|pause|mute|unmute|watch)(?: (?:video|audio|live|now|again|full video|the video|this video))?",
        r"(?:just|must|now) (?:watched|watch|playing)\b.{0,160}|replay|transcript",
        r"scroll down for (?:the )?video.{0,40}|video (?:duration|player).{0,60}|heard on (?-i:[A-Z]).{0,60}",
        r"(?:listen|play|watch|audio|video)\b[^.!?]{0,40}\d{1,2}:\d\d(?: ?min(?:ute)?s?)?",
        r"(?:this |the )?(?:video|audio|clip|player|content)(?: is| has)? (?:unavailable|not available|no longer available|loading|will start|failed to load)\b.{0,80}",
        r"\d{1,2}:\d\d ?/ ?\d{1,2}:\d\d|(?-i:CLOSE [A-Z]).{10,300}",
        # "An expert joins 'The Morning Show' to discuss …": the caption of a broadcaster's clip
        r"(?=.*+(?:(?<=[’'”\"])|(?<=[’'”\"]\.)))(?-i:[A-Z]).{10,200}\b(?:discuss(?:es)?|reacts?|joins?|weighs? in|breaks? down)\b.{0,160}\bon (?P<quote>['‘“\"])(?-i:[A-Z])[^'’”\"]{2,40}['’”\".]{1,2}",
        r"(?!.{161})(?P<twice>.{10,100}) (?P=twice)",
    ),
    "comments": (
        r"(?:(?:\d+|no|add|view|show|hide|read|join|leave|post|write|a|your|the|all) )*(?:comments?|conversation|discussion)(?: (?:\(?\d+\)?|are closed|section|policy|guidelines|below))?",
        r"(?:we welcome (?:your )?comments?|views expressed in (?:the )?comments?|join our commenting|have your say)\b.{0,240}",
        r"(?:this discussion is|comments (?:are|have been|will be|on this .{3,10} are)) (?:now |being |pre-?)*(?:closed|open|moderated|turned off|reviewed)\b.*",
        r"(?:be the first to|leave a|report this|comments? ?:|sort by ?:) ?(?:comment|reply|\d+|newest|oldest).{0,40}",
        r"(?:(?:log|sign) in|you must be logged in) to (?:comment|reply|post).{0,60}",
        r"(?:the )?(?:views|opinions) expressed (?:in this|here|herein|above|by the (?:author|writer)|(?:are|do not|need not)\b.*\b(?:author|writer|newspaper|publisher|reflect)).{0,240}",
        r"the \w+(?: \w+)? values your comments.*",
    ),
    "sign-off": (
        rf"[(\[/]?(?:{_AGENCY}|(?-i:END|ENDS|Ends|Enditem|LEAD|CNN|BBC|FRANCE 24 with \w+))[)\]/]?[. \x00-\x1f■—-]*",
        r"(?-i:[a-z]{2,4}(?:-[a-z]{2,4})?/[a-z]{2,4}(?:[-/][a-z]{2,4})*)(?: \(.{2,40}\))?",
        r"-+ ?(?:0|30|ends?) ?-+|(?-i:NNNN|ZCZC.*)",
        r"(?!.(?:applause|laughter|crosstalk|inaudible|pause))[(\[/](?-i:[A-Z][\w.&'’-]*(?:[ /][A-Z&][\w.&'’-]*){0,3})[)\]/]\.?",
        r"(?-i:(?:[A-Z]{2,5} ?/ ?)?[a-z]{2,4}(?:[-/][a-z]{2,4})+)|\(more\)|more to (?:come|follow)|###+",
        # a desk and the hour at which it filed, or the name of a wire
        rf"(?-i:[A-Z]{{3,}}(?: [A-Z]{{2,}}){{0,3}}) (?:\d\d[:.]\d\d|(?!(?:19|20)\d\d$)\d{{4}})(?: (?:{_CLOCK}))?",
        r"(?-i:[A-Z'-]{2,}(?: [A-Z'-]{2,}){0,3} (?:NEWS|PRESS|DESK|WIRE|(?:NEWS|PRESS) (?:SERVICE|AGENCY|WIRE|BUREAU)))",
        r"(?-i:[A-Z\d][A-Z\d/ -]{2,40} \d?(?:ST|ND|RD|TH)?-?(?:LD|LEAD|ADD|TAKE)(?: [A-Z\d-]+)?)",
    ),
    "press-release": (
        r"for (?:immediate|media|press) (?:release|use)\b.{0,60}|embargoed (?:until|till|for)\b(?=.*\d).{2,60}",
        r"(?:press|news|media) (?:release|statement|advisory|contacts?|enquiries|inquiries)(?: (?:no\.? ?|# ?)?[\d/-]+)?(?: ?[:|–-] .{2,120})?",
        r"(?:notes?|information) (?:to|for) (?:editors|media|journalists)(?: ?:.*)?|signed ?: .{2,120}",
        r"for (?:more|further|additional|media) (?:information|enquiries|inquiries|details)[,:]? (?:please )?(?:contact|visit|call|go to|e-?mail|see)\b.{0,160}",
        rf"(?:media |press )?contacts? ?: .{{2,120}}|office of {_NAMES} (?-i:Affairs|Relations|Spokes\w+)",
        r"\((?:the )?[\w ]{0,20}\b(?:briefing|conference|meeting|interview|hearing|session)\b.{0,20} (?:concluded|ended|adjourned|began|resumed)\b.{0,40}\)",
    ),
    "live-blog": (
        r"live(?: (?:feed|tv|stream|blog|reporting|updates?|coverage|text|page))?(?: ?(?:[–—|:-] ?)?(?:by|newest|latest|oldest|all times|last updated|updated)\b.{0,80})?",
        r"(?:(?:show|hide|filters?:?|pinned) )*(?:key (?:events|moments|points|facts|takeaways)|latest updates)(?: \(\d+\))?(?: ?[–—:-] ?(?:show|hide))?",
        r"what we know(?: so far)?|at a glance|in brief|in numbers|fact ?(?:box|file)|in this (?:article|story)|on this page|table of contents",
        r"\d\d:\d\d (?-i:[\w'‘\"“]).{2,60}(?<![.!?:”\"])",
        r"(?:we are|we['’]re|this) (?:now )?(?:clos|paus|end|wrapp)\w+(?: up)? (?:this|our|the) (?:live )?(?:page|blog|feed|coverage)\b.{0,120}|th(?:is|e) live (?:page|blog|feed|coverage) (?:is|has) (?:now )?(?:closed|ended|paused)\b.{0,120}",
    ),
    "tags": (
        r"(?:tags?|topics?|filed under|keywords?|categor(?:y|ies)|hashtags?) ?[:|] ?.{0,200}",
        r"editorials?|opinion|op-ed|exclusive|breaking(?: news)?|letters(?: to the editor)?|world news|from our correspondents?",
        r"explore more on these topics|keywords|tags|topics",
        r"(?:#\w+[ ,]*)+",
    ),
}

CUES = frozenset(
    """
    advertisement advertising advertorial affiliates alerts amended app apps archived article author
    blog browser browsing caption chrome clarification click clicking close column columnist
    comment commenting comments communications compiled concluded contact content contributed cookie
    cookies copyright corrected correction correspondent credit credits delayed digest discusses
    donate donation download editable edited editing editor editors email emailed enditem
    entering error facebook facts factset feed feedback follow gallery graphic illustration
    image images inbox indices information inputs instagram joins journalism licensing licensors
    linkedin listen loaded mail material newsletter newsletters newsroom opinions opt page
    patron patrons paywall photo photograph picture playback podcast powered privacy prohibited
    promoted promotional provided published reacts read reading register registered registering
    related relevant reporting reproduced reproduction republication reserved responsible reuter
    save see send share sign signing site source sponsored spotted stories story submitting
    subscribe subscribed subscriber subscribers subscribing subscription supporting tags tap
    telegram tip tips touch trademark trademarks translated tweet twitter typo unlock unsubscribe
    updated video view views watch website weekly whatsapp writer writing youtube | ©
    """.split()  # noqa: SIM905  a table of words
)
"""A line that reads like a sentence can match a rule only if it has one of these words: a short cut."""
